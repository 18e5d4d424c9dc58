import type { Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { CompiledFunction } from '#runtime/compile/compiled.ts';
import type { Fault } from '../fault.ts';
import { SEE_LOST_ROOTS, losingOperands } from './omissions.ts';

const known = new WeakMap<CompiledFunction, ReadonlySet<number>>();

/** Indices of the blocks whose ends exceptions are caught at. */
function landings(fn: CompiledFunction): ReadonlySet<number> {
  let starts = known.get(fn);
  if (starts === undefined) known.set(fn, (starts = findLandings(fn.expr)));
  return starts;
}
function findLandings(expr: readonly Instruction[]): ReadonlySet<number> {
  const landings = new Set<number>();
  const open: number[] = [];
  expr.forEach((instruction, index) => {
    // The labels of clauses count from outside the try_table.
    if (instruction.op === Op.try_table) for (const { label } of instruction.catches) landings.add(open[open.length - 1 - label] ?? -1);
    if (instruction.op === Op.end) open.pop();
    else if ('blockType' in instruction) open.push(index);
  });
  return landings;
}

export const transferredPayloadUnmapped: Fault = {
  slug: 'transferred-payload-unmapped',
  title: 'What an exception brings to its handler is in no stack map.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/13750',
    'https://github.com/bytecodealliance/wasmtime/pull/14140',
  ],
  class: 'stack maps',
  twinBlind: false,
  guilty: ['end'],
  caughtBy: SEE_LOST_ROOTS,
  story: [
    'Resuming a continuation yields values that lie in a buffer. They were put on the stack by a plain load each, and a load of a number says',
    'nothing of references. The report saw the length of an array where a field of a struct should have been.',
    '',
    'Without continuations, an exception is what carries references to a place that no instruction there has made. Here the values at the end of a',
    'block to which a clause of a try_table leads are in no map, whichever way they came.',
  ].join('\n'),
  plant: losingOperands(({ opcode, block }, { code }) => opcode === Op.end && block !== undefined && landings(code).has(block.start)),
};
