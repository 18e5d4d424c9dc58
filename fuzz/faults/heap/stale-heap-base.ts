import type { SlotKind } from '#runtime/heap/layout.ts';
import type { Fault } from '../fault.ts';

export const staleHeapBase: Fault = {
  slug: 'stale-heap-base',
  title: 'The fields of a new struct are written to where the heap was before it grew.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/13134',
    'https://github.com/bytecodealliance/wasmtime/issues/13141',
    'https://github.com/bytecodealliance/wasmtime/pull/13165',
  ],
  class: 'layout',
  twinBlind: true,
  guilty: ['struct.new'],
  caughtBy: ['audit', 'assertion', 'poison', 'heapIntegrity', 'v8', 'differential', 'crash', 'leakCheck', 'stackScan'],
  story: [
    'A heap that never moves has a base address that compiled code may keep. But the heap is only made when it is first needed, and that is a move:',
    'from nowhere to its place. Functions that had begun before went on with the old base.',
    '',
    'The counterpart here is a view of the heap that struct.new takes before it allocates. If the allocation has to make or enlarge the heap,',
    'fields go to a buffer that nobody looks at any more, and the object keeps what lay in its place. The twins share the code, so numbers',
    'come out alike; references that were never written are another matter.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ObjectOperations: class extends parts.ObjectOperations {
      /** The view that the running `struct.new` has taken. */
      #view: Int32Array | undefined;

      override structNew(typeId: number): void {
        this.#view = this.store.heap.i32;
        try {
          super.structNew(typeId);
        } finally {
          this.#view = undefined;
        }
      }
      override initSlot(kind: SlotKind, address: number, from: number): void {
        const { heap, stack } = this.store;
        const value = stack.i32[from]!;
        if (this.#view === undefined || this.#view === heap.i32) super.initSlot(kind, address, from);
        else if (kind === 'ref') heap.initBarrier(this.#view, address >> 2, value);
      }
    },
  }),
};
