/**
 * The counted references of cells and objects, without naming the places that contain them (for which see `holder.ts`): for what is
 * asked in every case, fast and without garbage.
 */
import type { CountedCells } from '../cells.ts';
import { TYPE_WORD } from '../heap/drc-header.ts';
import type { GcHeap } from '../heap/gc-heap.ts';
import { KIND_MASK, ObjectKind } from '../heap/gc-heap.ts';

/** Given whatever a place contains, null and i31 included. */
export type Test = (ref: number) => boolean;

/** Whether a test holds for `length` consecutive words. */
export function everyWord(words: Int32Array, first: number, length: number, test: Test): boolean {
  for (let i = first; i < first + length; i++) if (!test(words[i]!)) return false;
  return true;
}

/** Whether a test holds for all counted slots of an object. */
export function everySlot(heap: GcHeap, address: number, test: Test): boolean {
  const { i32 } = heap;
  const word = address >> 2;
  if ((i32[word]! & KIND_MASK) === ObjectKind.extern) return true;
  const layout = heap.layouts.of(i32[word + TYPE_WORD]!);
  const body = address + heap.headerBytes;
  if (layout.kind === 'array') {
    return layout.element !== 'ref' || everyWord(i32, (body + layout.elementsOffset) >> 2, i32[body >> 2]!, test);
  }
  const { refOffsets } = layout;
  for (let i = 0; i < refOffsets.length; i++) if (!test(i32[(body + refOffsets[i]!) >> 2]!)) return false;
  return true;
}

/** Whether a test holds for every global, table entry, segment entry and root that may own a count. */
export function everyCell({ globals, tables, elements, roots, pendingException }: CountedCells, test: Test): boolean {
  for (let i = 0; i < globals.length; i++) {
    const { slot, cells } = globals[i]!;
    if (slot === 'ref' && !test(cells[0]!)) return false;
  }
  for (let i = 0; i < tables.length; i++) {
    const { slot, cells, length } = tables[i]!;
    if (slot === 'ref' && !everyWord(cells, 0, length, test)) return false;
  }
  for (let i = 0; i < elements.length; i++) {
    const { slot, cells } = elements[i]!;
    if (slot === 'ref' && !everyWord(cells, 0, cells.length, test)) return false;
  }
  for (let i = 0; i < roots.lifo.length; i++) if (!test(roots.lifo[i]!)) return false;
  for (let i = 0; i < roots.owned.length; i++) if (!test(roots.owned[i]!)) return false;
  return test(pendingException[0]!);
}
