import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { FreeList, alignedBytes } from '#runtime/heap/free-list.ts';
import type { Fault } from '../fault.ts';
import { ARRAY_MAKING } from '../operations.ts';

class WrappingFreeList extends FreeList {
  override allocate(bytes: number): number {
    const address = this.bump;
    const end = (address + bytes) >>> 0;
    if (end > this.bumpEnd) return this.allocateFromBlock(bytes);
    this.bump = end;
    return address;
  }
}

export const bumpPointerWraps: Fault = {
  slug: 'bump-pointer-wraps',
  title: 'A huge size added to the bump pointer wraps around and passes for a small one.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/12974'],
  class: 'free list',
  twinBlind: false,
  guilty: ARRAY_MAKING,
  caughtBy: ['heapIntegrity', 'poison', 'audit', 'assertion', 'crash', 'differential'],
  story: [
    'Taking memory from the bump region asks whether pointer plus size is beyond its end. The sum was made in 32 bits, so that a size near 4 GiB',
    'brought the pointer back to somewhere below where it had been.',
    '',
    'The array that is made claims far more than there is, and objects to come overwrite those that lie between. A size only wraps if',
    'something has been allocated before, and not too little.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      protected override createFreeList(): FreeList {
        return new WrappingFreeList();
      }
      protected override takeBlock(bytes: number): number {
        return this.freeList.allocate(alignedBytes(bytes));
      }
    },
  }),
};
