import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { DRC_HEADER_BYTES } from '#runtime/heap/drc-header.ts';
import type { ObjectLayout } from '#runtime/heap/layout.ts';
import type { Fault } from '../fault.ts';
import { RELEASING } from '../operations.ts';

export const staleTraceInfo: Fault = {
  slug: 'stale-trace-info',
  title: 'A heap that passes to another store remembers where the references of the old types were.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/13417',
    'https://github.com/bytecodealliance/wasmtime/pull/13423',
  ],
  class: 'layout',
  twinBlind: false,
  guilty: RELEASING,
  caughtBy: ['assertion', 'heapIntegrity', 'audit', 'leakCheck', 'crash', 'poison', 'hostLifetimes'],
  story: [
    'A heap keeps a table of where the references are in objects of each type, by the number of the type. Heaps come from a pool, and when one was handed',
    'to the next store the table was still in it. Numbers of types are used again, too, once the modules that had them are gone. So a number',
    'could mean another type by then, and an object that died was walked by the plan of the old one.',
    '',
    'Numbers are taken for references, or references overlooked. It takes two stores, one after the other, whose types differ in the same',
    'number, and an object that dies in the second; while objects live nothing is wrong.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      /** By type, from the first object of the type on. What takes over the heap should find it empty. */
      readonly #traced: ObjectLayout[] = [];

      override adopt(ref: number): void {
        this.#traced[this.typeIdOf(ref)] ??= this.layouts.of(this.typeIdOf(ref));
        super.adopt(ref);
      }
      protected override pushChildren(ref: number): boolean {
        const layout = this.#traced[this.typeIdOf(ref)];
        if (layout === undefined) return super.pushChildren(ref);
        if (layout.kind === 'array') return layout.element !== 'ref' || this.pushElements(ref, 0, this.i32[(ref + DRC_HEADER_BYTES) >> 2]!);
        this.pushFields(ref, layout.refOffsets);
        return true;
      }
    },
  }),
};
