import { Op } from '#wasm/syntax/instructions.ts';
import { HeapType, heapTypeOf, isRefType } from '#wasm/syntax/types.ts';
import type { CompiledFunction } from '#runtime/compile/compiled.ts';
import type { Instance } from '#runtime/instance.ts';
import type { Fault } from '../fault.ts';

function readsException({ globals }: Instance, { expr }: CompiledFunction): boolean {
  return expr.some((instruction) => {
    if (instruction.op !== Op['global.get']) return false;
    const { type } = globals[instruction.global]!.type;
    return isRefType(type) && (heapTypeOf(type) === HeapType.exn || heapTypeOf(type) === HeapType.noexn);
  });
}

export const exnGlobalReadAsAnyref: Fault = {
  slug: 'exn-global-read-as-anyref',
  title: 'Constant expressions take globals of exceptions for globals of anyref.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/11561',
    'https://github.com/bytecodealliance/wasmtime/issues/11563',
    'https://github.com/bytecodealliance/wasmtime/pull/11564',
  ],
  class: 'type',
  twinBlind: true,
  guilty: ['global initialiser', 'passive element segment', 'table initialiser', 'active element segment', 'constant expression'],
  caughtBy: ['crash'],
  story: [
    'To read a global, the evaluator of constant expressions went by the hierarchy of its type, and treated',
    'exceptions like the hierarchy of any. The next check found that exnref is no anyref and gave up.',
    '',
    'Any module fails to instantiate that reads such a global in an initialiser, even if the global holds null. In',
    'function bodies it can be read. The evaluator is the same for both twins.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ConstantEvaluator: class extends parts.ConstantEvaluator {
      override evaluate(instance: Instance, expression: CompiledFunction): number {
        if (readsException(instance, expression)) throw new TypeError('an anyref is expected, there is an exnref');
        return super.evaluate(instance, expression);
      }
    },
  }),
};
