/**
 * References to host objects and functions and nothing else: no types of the GC proposal, no exceptions, no typed function references.
 * Modules of this profile are within reach of tools that know the reference types, bulk memory and multi-value proposals.
 */
import { HeapType, ValType, refType } from '#wasm/syntax/types.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { ModuleBuilder } from '../build/module-builder.ts';
import type { StatementProduction, ValueProduction } from '../build/production.ts';
import { reweighted } from '../build/production.ts';
import { REFERENCE_VALUES } from '../build/reference-values.ts';
import { STATEMENTS } from '../build/statements.ts';
import { TABLE_STATEMENTS } from '../build/tables.ts';
import type { Random } from '../random.ts';
import { arrivalsOf } from '../stack/arrivals.ts';
import { holdsOf } from '../stack/holds.ts';
import { pausesOf, reentriesOf } from '../stack/pauses.ts';
import { stackGenerator } from '../stack/stack-profile.ts';
import type { Stage } from '../stack/stage.ts';

const { i32, i64, f32, f64, externref, funcref } = ValType;
const SEGMENT_LENGTH = 3;

/** The rows of these names. @throws Error when there is none of one of the names */
function only<P extends { readonly name: string }>(table: readonly P[], ...names: readonly string[]): readonly P[] {
  return names.map((name) => {
    const row = table.find((each) => each.name === name);
    if (row === undefined) throw new Error(`there is no production ${name}`);
    return row;
  });
}
