/**
 * References to host objects and functions and nothing else: no types of the GC proposal, no exceptions, no typed function references.
 * Modules of this profile are within reach of tools that know the reference types, bulk memory and multi-value proposals.
 */
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { ValType, heapTypeOf, isRefType } from '#wasm/syntax/types.ts';
import type { Emitter } from '../build/emitter.ts';
import type { ModuleBuilder } from '../build/module-builder.ts';
import { NUMBER_VALUES } from '../build/number-values.ts';
import type { StatementProduction, ValueProduction } from '../build/production.ts';
import { only, reweighted } from '../build/production.ts';
import { REFERENCE_VALUES } from '../build/reference-values.ts';
import { SEGMENT_STATEMENTS } from '../build/segments.ts';
import { STATEMENTS } from '../build/statements.ts';
import { TABLE_STATEMENTS } from '../build/tables.ts';
import type { Random } from '../random.ts';
import { PASSED_ON, arrivalsOf } from '../stack/arrivals.ts';
import { holdsOf } from '../stack/holds.ts';
import { pausesOf, reentriesOf } from '../stack/pauses.ts';
import { stackGenerator } from '../stack/stack-profile.ts';
import { VALUE_DEPTH } from '../stack/stage.ts';

const { i32, i64, f32, f64, externref, funcref } = ValType;
const SEGMENT_LENGTH = 3;
const NOTHING = { params: [], results: [] };

/** Tables and globals of both types, and segments for the tables. */
function definePlaces(module: ModuleBuilder, random: Random): void {
  for (const type of [externref, funcref]) {
    const min = random.int(1, 6);
    const heapType = heapTypeOf(type);
    const nothing: Expr = [{ op: Op['ref.null'], heapType }];
    const table = module.addTable(type, { min, max: random.chance(0.5) ? undefined : min + random.int(0, 6) });
    module.addGlobal(type, true, nothing);
    const passive = module.addElement(type, Array.from({ length: SEGMENT_LENGTH }, () => nothing), { kind: 'passive' });
    module.dropFlags.elem.set(passive, module.addGlobal(i32, true, [{ op: Op['i32.const'], value: 0 }]));
    module.addElement(type, [nothing], { kind: 'active', table, offset: [{ op: Op['i32.const'], value: 0 }] });
  }
}

/** What only looks at references of other types in the tables that all profiles share. */
const OWN_VALUES: readonly ValueProduction[] = [
  {
    name: 'ref.is_null',
    weight: 4,
    when: (_, type) => type === i32,
    emit: (e, _, depth) => {
      e.valueOf(e.random.pick([externref, funcref]), depth);
      e.body.emit('ref.is_null');
    },
  },
];
const OWN_STATEMENTS: readonly StatementProduction[] = [
  {
    name: 'global.set of a reference',
    weight: 5,
    when: (e) => referenceGlobals(e).length > 0,
    emit: (e) => {
      const global = e.random.pick(referenceGlobals(e));
      e.valueOf(e.module.globals[global]!.type.type, VALUE_DEPTH);
      e.body.emit('global.set', { global });
    },
  },
];
function referenceGlobals({ module }: Emitter): readonly number[] {
  return module.globals.flatMap(({ type }, i) => (type.mutable && isRefType(type.type) ? [i] : []));
}

const VALUES = [
  ...only(REFERENCE_VALUES, ['ref.null', 'ref.func', 'local.get', 'local.tee', 'global.get', 'table.get', 'select']),
  ...reweighted(only(REFERENCE_VALUES, ['host object']), { 'host object': 25 }),
  ...only(NUMBER_VALUES, ['constant', 'arithmetic', 'widening', 'table.size', 'number of a host object']),
  ...only(PASSED_ON, ['select of two']),
  ...OWN_VALUES,
];
const ARRIVALS = ['over a pause', 'block result', 'if result', 'call result'];
const HOLDS = [
  'below other operands',
  'block parameters',
  'arms of an if',
  'loop parameters',
  'below a loop',
  'owned by a global for a while',
  'numbers where references were',
  'multi-value results',
  'arguments',
  'dropped by a branch',
  'trap while values wait',
  'many locals',
  'kept over a loop',
  'collection before any reference',
  'held by each frame of a recursion',
];
const WRITES = [
  ...OWN_STATEMENTS,
  ...only(STATEMENTS, ['local.set', 'collect', 'if', 'loop']),
  ...TABLE_STATEMENTS,
  ...only(SEGMENT_STATEMENTS, ['table.init', 'segment drop']),
];

export const referenceTypes = stackGenerator({
  name: 'reference-types',
  version: 3,
  summary: 'host objects and functions as references, without GC types',
  imports: ['gc', 'idf', 'mk', 'val', 'two', 'cb'],
  hasGc: false,
  plan: (module, random) => {
    definePlaces(module, random);
    return {
      held: [[10, externref], [3, funcref], [1, i32], [1, i64], [1, f32], [1, f64]],
      values: (stage) => [...VALUES, ...only(arrivalsOf(stage), ARRIVALS)],
      pauses: (stage) => [...pausesOf(stage), ...reentriesOf(stage)],
      statements: (stage) => [...WRITES, ...only(holdsOf(stage), HOLDS)],
    };
  },
  signature: (random) => random.pick([NOTHING, { params: [externref], results: [externref] }, { params: [], results: [i32, externref] }]),
});
