/**
 * Who owns a count of an object: the places that the audit counts, one variant each. Only a failed audit
 * asks for them, so they are found by a slow walk that names everything.
 */
import type { CountedCells } from '../cells.ts';
import { LISTED, NEXT_WORD } from '../heap/drc-header.ts';
import type { DrcState } from '../heap/drc-walk.ts';
import type { GcHeap } from '../heap/gc-heap.ts';
import { layoutAt } from '../heap/object-size.ts';
import { hex } from '../outcome.ts';

export type Holder =
  /** `field` counts from 0 among all fields of the struct, or all parameters of the exception's tag. */
  | { readonly kind: 'field'; readonly address: number; readonly field: number }
  | { readonly kind: 'element'; readonly address: number; readonly index: number }
  | { readonly kind: 'global'; readonly index: number }
  | { readonly kind: 'table'; readonly index: number; readonly entry: number }
  | { readonly kind: 'segment'; readonly index: number; readonly entry: number }
  | { readonly kind: 'lifoRoot'; readonly index: number }
  | { readonly kind: 'ownedRoot'; readonly index: number }
  | { readonly kind: 'pendingException' }
  | { readonly kind: 'stackRootList' }
  | { readonly kind: 'pendingDrop' };
export type HolderKind = Holder['kind'];

export interface Holding {
  readonly holder: Holder;
  /** Whatever the place contains, null and i31 included. */
  readonly ref: number;
}

/** Every global, table entry, segment entry and root that may own a count, and what it contains. */
export function* cellHoldings(cells: CountedCells): Generator<Holding, void, undefined> {
  for (const [index, global] of cells.globals.entries()) {
    if (global.slot === 'ref') yield { holder: { kind: 'global', index }, ref: global.cells[0]! };
  }
  for (const [index, table] of cells.tables.entries()) {
    if (table.slot !== 'ref') continue;
    for (let entry = 0; entry < table.length; entry++) yield { holder: { kind: 'table', index, entry }, ref: table.cells[entry]! };
  }
  for (const [index, segment] of cells.elements.entries()) {
    if (segment.slot !== 'ref') continue;
    for (const [entry, ref] of segment.cells.entries()) yield { holder: { kind: 'segment', index, entry }, ref };
  }
  for (const [index, ref] of cells.roots.lifo.entries()) yield { holder: { kind: 'lifoRoot', index }, ref };
  for (const [index, ref] of cells.roots.owned.entries()) yield { holder: { kind: 'ownedRoot', index }, ref };
  yield { holder: { kind: 'pendingException' }, ref: cells.pendingException[0]! };
}

/** What the collector itself owns. */
export function* collectorHoldings(heap: DrcState): Generator<Holding, void, undefined> {
  for (const ref of listMembers(heap)) yield { holder: { kind: 'stackRootList' }, ref };
  for (const ref of heap.pending.toArray()) yield { holder: { kind: 'pendingDrop' }, ref };
}

/** The counted slots of one object. */
export function* slotsOf(heap: GcHeap, address: number): Generator<Holding, void, undefined> {
  const layout = layoutAt(heap, address);
  if (layout === undefined) return;
  const body = address + heap.headerBytes;
  if (layout.kind !== 'array') {
    for (const [field, { kind, offset }] of layout.fields.entries()) {
      if (kind === 'ref') yield { holder: { kind: 'field', address, field }, ref: heap.i32[(body + offset) >> 2]! };
    }
  } else if (layout.element === 'ref') {
    const first = (body + layout.elementsOffset) >> 2;
    const length = heap.i32[body >> 2]!;
    for (let index = 0; index < length; index++) yield { holder: { kind: 'element', address, index }, ref: heap.i32[first + index]! };
  }
}

/** Members of the stack-root list, most recent first; stops where the list is broken. */
export function listMembers(heap: DrcState): number[] {
  const members: number[] = [];
  for (let ref = heap.listHead; ref !== 0 && members.length < heap.listLength; ref = heap.i32[(ref >> 2) + NEXT_WORD]!) {
    if (((heap.i32[ref >> 2] ?? 0) & LISTED) === 0) break;
    members.push(ref);
  }
  return members;
}

/** `field 2 of 0x30`. */
export function describeHolder(holder: Holder): string {
  switch (holder.kind) {
    case 'field':
      return `field ${holder.field} of ${hex(holder.address)}`;
    case 'element':
      return `element ${holder.index} of ${hex(holder.address)}`;
    case 'global':
      return `global ${holder.index}`;
    case 'table':
      return `entry ${holder.entry} of table ${holder.index}`;
    case 'segment':
      return `entry ${holder.entry} of element segment ${holder.index}`;
    case 'lifoRoot':
      return `scoped host root ${holder.index}`;
    case 'ownedRoot':
      return `owned host root ${holder.index}`;
    case 'pendingException':
      return 'the pending exception';
    case 'stackRootList':
      return 'the stack-root list';
    case 'pendingDrop':
      return 'the pending stack';
  }
}
