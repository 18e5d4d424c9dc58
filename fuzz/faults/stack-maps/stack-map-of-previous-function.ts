import type { Fault } from '../fault.ts';
import { COLLECTING } from '../operations.ts';
import { withPredecessors } from './predecessor.ts';

export const stackMapOfPreviousFunction: Fault = {
  slug: 'stack-map-of-previous-function',
  title: 'A safe point without references uses the last stack map of the function before it.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/2386',
    'https://github.com/bytecodealliance/wasmtime/pull/2396',
  ],
  class: 'stack maps',
  twinBlind: false,
  guilty: COLLECTING,
  caughtBy: ['assertion', 'heapIntegrity', 'audit', 'differential', 'crash', 'scheduleInvariance'],
  story: [
    'The stack maps of a module stood in one list in the order of its code, without those that are empty. To find one, the nearest entry at',
    'or before an address was taken, whatever function it belongs to. A function that collects before its first entry, or that has none,',
    'was read by the map of its neighbour.',
    '',
    'So it needs a function without references, behind one that has some, with numbers in the same places of the frame. What',
    'happens depends on the numbers.',
  ].join('\n'),
  plant: withPredecessors((entry, fn) => entry.fn < fn),
};
