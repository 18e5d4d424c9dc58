import { Op } from '#wasm/syntax/instructions.ts';
import type { Fault } from '../fault.ts';
import { SEE_LOST_ROOTS, losingResultsOf } from './omissions.ts';

export const blockParamUnmapped: Fault = {
  slug: 'block-param-unmapped',
  title: 'The parameters of blocks are in no stack map.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/10397',
    'https://github.com/bytecodealliance/wasmtime/issues/10399',
    'https://github.com/bytecodealliance/wasmtime/pull/10456',
  ],
  class: 'stack maps',
  twinBlind: false,
  guilty: ['block', 'loop', 'if', 'else'],
  caughtBy: SEE_LOST_ROOTS,
  story: [
    'Where control flow joins, a variable becomes a new value. Whether that one needs to be in stack maps was found by following',
    'values, and the search gave up where one join leads to another, as in nested loops.',
    '',
    'There are no such values here. What comes closest is an operand that enters a block, loop or if as its parameter: it is the',
    'same reference, under a new name. In one of the reports nothing died, because something else owned the object; the next',
    'collection met it on a stack, and it was in no list.',
  ].join('\n'),
  plant: losingResultsOf(Op.block, Op.loop, Op.if, Op.else),
};
