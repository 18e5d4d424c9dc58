import { Op } from '#wasm/syntax/instructions.ts';
import { instructionAt } from '#runtime/compile/compiled.ts';
import type { WasmFunction } from '#runtime/function.ts';
import type { Fault } from '../fault.ts';
import { SEE_LOST_ROOTS } from './omissions.ts';

export const arrayCopyOperandsUnrooted: Fault = {
  slug: 'array-copy-operands-unrooted',
  title: 'While array.copy reads an element, its arrays are in no stack map.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/pull/13450',
    'https://github.com/bytecodealliance/wasmtime/pull/13422',
  ],
  class: 'stack maps',
  twinBlind: false,
  guilty: ['array.copy'],
  caughtBy: SEE_LOST_ROOTS,
  story: [
    'The loop over the elements was compiled to work on addresses, for which the arrays themselves need not stay in registers: to the stack',
    'maps inside of the loop they were dead. For years that did no harm, because nothing in the loop collected.',
    '',
    'Then reading an element learnt to collect when the stack-root list has grown too long. An array that only the stack holds is freed',
    'in the middle of its own copy. It was reported as a cast that failed, far away.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    StackWalker: class extends parts.StackWalker {
      protected override stackMapAt(fn: WasmFunction, pc: number): Int32Array {
        const map = super.stackMapAt(fn, pc);
        if (pc === fn.code.entry || fn.code.expr[instructionAt(fn.code, pc)]?.op !== Op['array.copy']) return map;
        // Both arrays, and on top of them the element.
        return map.filter((_, i) => i < map.length - 3 || i === map.length - 1);
      }
    },
  }),
};
