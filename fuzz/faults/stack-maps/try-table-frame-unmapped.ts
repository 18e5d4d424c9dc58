import { Op } from '#wasm/syntax/instructions.ts';
import type { Fault } from '../fault.ts';
import { SEE_LOST_ROOTS, losingFrames } from './omissions.ts';

export const tryTableFrameUnmapped: Fault = {
  slug: 'try-table-frame-unmapped',
  title: 'While a frame is in a try_table, its stack map is empty.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/11753',
    'https://github.com/bytecodealliance/wasmtime/pull/12934',
  ],
  class: 'stack maps',
  twinBlind: false,
  guilty: ['try_table'],
  caughtBy: SEE_LOST_ROOTS,
  story: [
    'A call that may be caught goes on in two places, so it is compiled by another rule than other calls. That rule forgot to',
    'pass the stack map on. Everything in the frame was lost to collections in such a call: locals as well as operands, also',
    'those from outside the try_table.',
    '',
    'Reports told of panics and hangs in programs that use exceptions, and for half a year nobody knew why.',
  ].join('\n'),
  plant: losingFrames(({ blocks }) => blocks.some(({ opcode }) => opcode === Op.try_table)),
};
