import type { CompiledFunction } from '#runtime/compile/compiled.ts';
import type { Instance } from '#runtime/instance.ts';
import { Exhaustion, Trap } from '#runtime/outcome.ts';
import type { Fault } from '../fault.ts';
import { CONSTANT_ALLOCATING } from '../operations.ts';

function isOutOfMemory(signal: unknown): boolean {
  if (signal instanceof Exhaustion) return signal.resource === 'heap';
  return signal instanceof Trap && signal.code === 'allocationSizeTooLarge';
}

export const constEvalOomCrash: Fault = {
  slug: 'const-eval-oom-crash',
  title: 'A constant expression that finds no room is an internal error.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/11469',
    'https://github.com/bytecodealliance/wasmtime/pull/11557',
  ],
  class: 'constant expressions',
  twinBlind: true,
  guilty: CONSTANT_ALLOCATING,
  caughtBy: ['crash'],
  story: [
    'Constant expressions that validate were thought to have a value, and what their evaluation gave was unwrapped',
    'without a look. But an array can be too large for the heap.',
    '',
    'Instantiation then has to fail in order, and the store must go on. It ended the process instead. The evaluator',
    'is the same for both twins.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ConstantEvaluator: class extends parts.ConstantEvaluator {
      override evaluate(instance: Instance, expression: CompiledFunction): number {
        try {
          return super.evaluate(instance, expression);
        } catch (signal) {
          throw isOutOfMemory(signal) ? new TypeError('a constant expression has no value', { cause: signal }) : signal;
        }
      }
    },
  }),
};
