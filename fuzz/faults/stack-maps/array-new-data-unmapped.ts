import { Op } from '#wasm/syntax/instructions.ts';
import type { Fault } from '../fault.ts';
import { SEE_LOST_ROOTS, losingResultsOf } from './omissions.ts';

export const arrayNewDataUnmapped: Fault = {
  slug: 'array-new-data-unmapped',
  title: 'An array made from a data segment is in no stack map.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/12935'],
  class: 'stack maps',
  twinBlind: false,
  guilty: ['array.new_data'],
  caughtBy: SEE_LOST_ROOTS,
  story: [
    'Most allocations were compiled in one place, which declares their result as a reference. array.new_data was a call into the',
    'runtime like any other, and its result a number like any other.',
    '',
    'It takes an array that waits on the operand stack while a collection runs; there is nothing else that owns it yet.',
  ].join('\n'),
  plant: losingResultsOf(Op['array.new_data']),
};
