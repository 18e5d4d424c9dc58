import { isI31 } from '#runtime/heap/reference.ts';
import type { Value } from '#runtime/value.ts';
import type { GcHeap } from '#runtime/heap/gc-heap.ts';
import type { Fault } from '../fault.ts';
import { CALLING } from '../operations.ts';

export const hostRootsKeptWithoutHeap: Fault = {
  slug: 'host-roots-kept-without-heap',
  title: 'Scopes of the host keep their roots while there is no heap.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/8899'],
  class: 'leak',
  twinBlind: true,
  guilty: CALLING,
  caughtBy: ['budget', 'leakCheck'],
  story: [
    'A host function\'s arguments are rooted until it returns; then its scope closes and the roots end. Closing was',
    'skipped where there is no heap, for then there is nothing to release. But an i31 is rooted like any other',
    'reference.',
    '',
    'The list of roots grows with each call for as long as the store has no heap. No result is wrong.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    HostRoots: class extends parts.HostRoots {
      readonly #heap: GcHeap;
      constructor(heap: GcHeap) {
        super(heap);
        this.#heap = heap;
      }
      override closeScope(mark: number): void {
        if (this.#heap.capacity > 0) super.closeScope(mark);
      }
    },
    HostBoundary: class extends parts.HostBoundary {
      override refToHost(ref: number): Value {
        if (isI31(ref)) this.store.roots.root(ref);
        return super.refToHost(ref);
      }
    },
  }),
};
