/**
 * Functions of another module, each imported at its own type or at a supertype of it, as linking allows. What a function really is shows
 * when a reference to it is cast, or when it is called through a table at its own type.
 */
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { ProgramModule } from '#fuzz/program/program.ts';
import type { Signature } from '../build/body.ts';
import type { FunctionEntry } from '../build/module-builder.ts';
import { ModuleBuilder } from '../build/module-builder.ts';
import type { Random } from '../random.ts';

const CALLEE_LIBRARY = 'callees';
const MAX_CALLEES = 3;

/** A function type, and what a function of it returns. */
export interface OfferedKind {
  readonly type: number;
  readonly signature: Signature;
  readonly result: Expr;
}

/** A function of some kind: the one that the module knows it as, and the one that it really is. Kinds are positions in a list. */
export interface Callee extends FunctionEntry {
  readonly kind: number;
  readonly actual: number;
}

export interface ForeignCallees {
  readonly library: ProgramModule;
  readonly callees: readonly Callee[];
}

/**
 * Makes the library, and lets a module import all of it.
 * @param importer has the types of the kinds, and no function yet
 * @param kinds from a type to its subtypes
 */
export function importCallees(importer: ModuleBuilder, random: Random, kinds: readonly OfferedKind[]): ForeignCallees {
  const library = new ModuleBuilder();
  for (const group of importer.types.groups) library.types.define(group);
  const callees = Array.from({ length: random.int(1, MAX_CALLEES) }, (_, i): Callee => {
    const actual = random.int(0, kinds.length - 1);
    const kind = random.int(0, actual);
    const name = `callee${i}`;
    const { type, signature, result } = kinds[actual]!;
    const offered = library.declare(signature, type);
    library.define(offered, ({ code }) => code.push(...result));
    library.export(name, 'func', offered.index);
    return { ...importer.importFunction(CALLEE_LIBRARY, name, kinds[kind]!.signature, kinds[kind]!.type), kind, actual };
  });
  return { library: { name: CALLEE_LIBRARY, module: library.build() }, callees };
}

/** A constant i31, and objects with default values in all fields. */
export function i31Of(value: number): Expr {
  return [{ op: Op['i32.const'], value }, { op: Op['ref.i31'] }];
}
export function defaultObject(type: number): Expr {
  return [{ op: Op['struct.new_default'], type }];
}
