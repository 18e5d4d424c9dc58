import { Op } from '#wasm/syntax/instructions.ts';
import type { Fault } from '../fault.ts';
import { SEE_LOST_ROOTS, losingResultsOf } from './omissions.ts';

export const selectResultUnmapped: Fault = {
  slug: 'select-result-unmapped',
  title: 'The result of a select is in no stack map.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/12862'],
  class: 'stack maps',
  twinBlind: false,
  guilty: ['select', 'select t'],
  caughtBy: SEE_LOST_ROOTS,
  story: [
    'Code generation makes a new value for what select has chosen. Both operands were known to be references; nobody said it of',
    'the result. Whoever keeps it in a local is safe, because the local has been declared.',
    '',
    'A collection takes the object out of the stack-root list although it is on the stack. If nothing else owns it, it dies; if',
    'something does, the next use puts it back, and only a look at the stack notices.',
  ].join('\n'),
  plant: losingResultsOf(Op.select, Op['select t']),
};
