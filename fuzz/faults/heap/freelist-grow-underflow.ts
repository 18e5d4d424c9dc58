import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { FIRST_ADDRESS, FreeList, GRANULE } from '#runtime/heap/free-list.ts';
import type { Fault } from '../fault.ts';
import { ALLOCATING } from '../operations.ts';

class UnderflowingFreeList extends FreeList {
  override grow(bytes: number): void {
    const start = Math.max(FIRST_ADDRESS, this.capacity & -GRANULE);
    this.capacity += bytes;
    const end = this.capacity & -GRANULE;
    if (end !== start) this.release(start, (end - start) >>> 0);
  }
}

export const freelistGrowUnderflow: Fault = {
  slug: 'freelist-grow-underflow',
  title: 'A heap that ends before the first usable address has four gigabytes of free space.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/10589'],
  class: 'free list',
  twinBlind: false,
  guilty: ALLOCATING,
  caughtBy: ['heapIntegrity', 'assertion', 'crash', 'poison'],
  story: [
    'The first bytes of a heap belong to nobody, since their address means null. When capacity was added, the new block was reckoned from there to',
    'the new end; if the end was not that far yet, the difference was negative, and as a number without a sign it was huge.',
    '',
    'Only a heap that starts with fewer bytes than those gets there. The free list then believes in memory that does not exist.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      protected override createFreeList(): FreeList {
        return new UnderflowingFreeList();
      }
    },
  }),
};
