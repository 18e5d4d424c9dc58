/** A module that comes without a host, as a Program: it is instantiated, and each of its functions called. */
import type { Argument, Program, Step } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { ValType as ValueType } from '#wasm/syntax/types.ts';
import { HeapType, ValType, heapTypeOf, isNullable } from '#wasm/syntax/types.ts';

/** A Program of one module to which nothing happens. */
export function moduleProgram(module: Module): Program {
  return { modules: [{ name: 'module', module }], steps: [], schedule: NO_COLLECTIONS, collector: DEFAULT_KNOBS, limits: DEFAULT_PROGRAM_LIMITS };
}

/** A call whose argument does not fit, because its type has no value that a host could make, is skipped when it is run. */
function defaultArgument(type: ValueType): Argument {
  switch (type) {
    case ValType.i32:
      return { kind: 'i32', value: 0 };
    case ValType.i64:
      return { kind: 'i64', value: 0n };
    case ValType.f32:
      return { kind: 'f32', bits: 0 };
    case ValType.f64:
      return { kind: 'f64', bits: 0n };
    case ValType.v128:
      return { kind: 'null' };
  }
  if (isNullable(type)) return { kind: 'null' };
  return heapTypeOf(type) === HeapType.extern ? { kind: 'host', number: 0 } : { kind: 'i31', value: 0 };
}

/** The Program that calls each exported function once, in the order of the exports, with zeros and nulls. */
export function defaultProgram(module: Module): Program {
  const types = typesOf(module);
  const typeIndices = module.imports.flatMap(({ type }) => (type.kind === 'func' ? [type.typeIndex] : []));
  for (const { typeIndex } of module.functions) typeIndices.push(typeIndex);
  const calls = module.exports.flatMap(({ kind, name, index }): readonly Step[] => {
    const composite = types[typeIndices[index]!]?.composite;
    if (kind !== 'func' || composite?.kind !== 'func') return [];
    return [{ kind: 'call', module: 0, export: name, args: composite.params.map(defaultArgument) }];
  });
  return { ...moduleProgram(module), steps: [{ kind: 'instantiate', module: 0 }, ...calls] };
}
