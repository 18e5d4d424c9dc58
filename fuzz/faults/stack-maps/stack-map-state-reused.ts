import type { WasmFunction } from '#runtime/function.ts';
import type { Fault } from '../fault.ts';
import { COLLECTING } from '../operations.ts';

/** Where a function or one before it in the module has references among its locals. */
function accumulated({ code, instance }: WasmFunction): Int32Array {
  const { role } = code;
  if (role.kind !== 'function') return code.refLocals;
  const before = instance.compiled.functions.slice(0, role.index + 1).flatMap((other) => [...(other?.refLocals ?? [])]);
  return Int32Array.from(new Set(before)).filter((location) => location < code.localWords);
}

export const stackMapStateReused: Fault = {
  slug: 'stack-map-state-reused',
  title: 'Locals that were references in one function are taken for references in all functions after it.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/8962'],
  class: 'stack maps',
  twinBlind: false,
  guilty: COLLECTING,
  caughtBy: ['assertion', 'heapIntegrity', 'audit', 'differential', 'crash', 'scheduleInvariance'],
  story: [
    'One builder compiles all functions of a module and notes which variables hold references. The note was not wiped when the builder',
    'moved on to the next function, so variables there had it by their number alone.',
    '',
    'A collection then takes numbers for references. Most numbers are no addresses, and the collector says so; a small even one may be that',
    'of an object, which is kept for no reason, or marked although it is in no list.',
  ].join('\n'),
  plant: (parts) => {
    const known = new WeakMap<object, Int32Array>();
    return {
      ...parts,
      StackWalker: class extends parts.StackWalker {
        protected override localsAt(fn: WasmFunction): Int32Array {
          let locals = known.get(fn.code);
          if (locals === undefined) known.set(fn.code, (locals = accumulated(fn)));
          return locals;
        }
      },
    };
  },
};
