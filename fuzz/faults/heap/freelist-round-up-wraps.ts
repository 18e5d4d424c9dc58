import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { GRANULE } from '#runtime/heap/free-list.ts';
import type { Fault } from '../fault.ts';
import { ARRAY_MAKING } from '../operations.ts';

const LIMIT = 2 ** 32;

export const freelistRoundUpWraps: Fault = {
  slug: 'freelist-round-up-wraps',
  title: 'Rounding up a size just below 4 GiB gives a block of nothing.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/13067',
    'https://github.com/bytecodealliance/wasmtime/pull/13110',
    'https://github.com/bytecodealliance/wasmtime/pull/12969',
  ],
  class: 'free list',
  twinBlind: false,
  guilty: ARRAY_MAKING,
  caughtBy: ['heapIntegrity', 'poison', 'audit', 'assertion', 'crash', 'differential'],
  story: [
    'Sizes are rounded up to the next multiple of the alignment, in 32 bits. For the last few below the limit the next multiple is the limit itself,',
    'which is zero. The faster free list that brought this found room for zero bytes without trouble.',
    '',
    'So arrays of almost 4 GiB are made where there should be a trap. They claim all that lies behind them.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      override fits(bytes: number): boolean {
        return bytes < LIMIT;
      }
      protected override takeBlock(bytes: number): number {
        // `sizeToAllocate` reckons with 32 bits, as it may: sizes beyond the capacity never get there.
        return bytes > LIMIT - GRANULE ? this.freeList.allocate(this.sizeToAllocate(bytes)) : super.takeBlock(bytes);
      }
    },
  }),
};
