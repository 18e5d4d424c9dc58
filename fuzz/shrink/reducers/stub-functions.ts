/** Empties function bodies, many at a time: what is left of one returns default values, or traps where there are none. */
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Func } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { SubType, ValType as ValueType } from '#wasm/syntax/types.ts';
import { ValType, heapTypeOf, isNullable, isRefType } from '#wasm/syntax/types.ts';
import { dropChunks } from '../chunks.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule } from '../sites.ts';

const TRAP: Expr = [{ op: Op.unreachable }];

/** Undefined for types without a default value, or one that is not short. */
function defaultValue(type: ValueType): Expr | undefined {
  switch (type) {
    case ValType.i32:
      return [{ op: Op['i32.const'], value: 0 }];
    case ValType.i64:
      return [{ op: Op['i64.const'], value: 0n }];
    case ValType.f32:
      return [{ op: Op['f32.const'], bits: 0 }];
    case ValType.f64:
      return [{ op: Op['f64.const'], bits: 0n }];
  }
  return isRefType(type) && isNullable(type) ? [{ op: Op['ref.null'], heapType: heapTypeOf(type) }] : undefined;
}

/** What is left of the body of a function. */
export function stubOf({ composite }: SubType): Expr {
  if (composite.kind !== 'func') return TRAP;
  const values = composite.results.map(defaultValue);
  return values.every((value) => value !== undefined) ? values.flat() : TRAP;
}

export const stubFunctions: Reducer = {
  name: 'stub-functions',
  reduce: (gate, grain) =>
    forEachModule(gate, (current, attempt) => {
      const { functions } = current();
      const types = typesOf(current());
      const stubs = functions.map((func): Func => ({ ...func, locals: [], body: stubOf(types[func.typeIndex]!) }));
      const worthwhile = [...functions.keys()].filter((i) => functions[i]!.body.length > stubs[i]!.body.length);
      const withBodies = (kept: ReadonlySet<number>): readonly Func[] =>
        functions.map((func, i) => (kept.has(i) || func.body.length <= stubs[i]!.body.length ? func : stubs[i]!));
      dropChunks(worthwhile, (kept) => attempt(() => ({ ...current(), functions: withBodies(new Set(kept)) })), grain);
    }),
};
