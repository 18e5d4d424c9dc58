/**
 * The exact audit: recounts every object's owners from scratch and compares with the counts in the headers.
 *
 * It shows a wrong count at the first safe point after the mistake instead of at a much later collection.
 * It runs at every collection of every fuzz case, so the good case counts straight from typed arrays; who
 * owns what is found out only when something is wrong. It reads words and plain state and calls no method of
 * the collector. Source: docs/collector.md, "The exact audit".
 */
import type { CountedCells } from '../cells.ts';
import { DrcHeap } from '../collectors/drc.ts';
import { NullHeap } from '../collectors/null.ts';
import { COUNT_HIGH_WORD, COUNT_WORD, LISTED, MARKED, NEXT_WORD, TYPE_WORD } from '../heap/drc-header.ts';
import { ObjectWalk, storedCount, structureDefect } from '../heap/drc-walk.ts';
import type { Defect } from '../heap/drc-walk.ts';
import type { GcHeap } from '../heap/gc-heap.ts';
import { ObjectKind, KIND_MASK } from '../heap/gc-heap.ts';
import { walkBumpHeap } from '../heap/null-walk.ts';
import { objectKindName } from '../heap/object-size.ts';
import { isObject } from '../heap/reference.ts';
import { hex } from '../outcome.ts';
import { everyCell, everySlot, everyWord } from './every-reference.ts';
import type { AuditFailure, CountMismatch } from './failure.ts';
import { cellHoldings, collectorHoldings, slotsOf } from './holder.ts';
import type { Holder, HolderKind, Holding } from './holder.ts';

const MAX_MISMATCHES = 8;
const MAX_HOLDERS = 8;
/** Objects of any collector are aligned to this. */
const ALIGNMENT = 8;
/** Count of an address where no object starts. */
const NO_OBJECT = -1;

/** Scratch memory, kept between audits. */
const walk = new ObjectWalk();
const bumpObjects: number[] = [];
/** Owners found, by address over `ALIGNMENT`. */
let counts = new Int32Array(0);
/** Entries of `counts` that belong to the heap at hand. */
let positions = 0;

/**
 * Audits a heap at a safe point, or at the beginning or end of a collection.
 * @returns the first thing found wrong, or undefined
 */
export function audit(heap: GcHeap, cells: CountedCells): AuditFailure | undefined {
  if (heap instanceof DrcHeap) return auditCounted(heap, cells);
  if (heap instanceof NullHeap) return auditUncounted(heap, cells);
  throw new Error('the audit does not know this collector');
}

function auditCounted(heap: DrcHeap, cells: CountedCells): AuditFailure | undefined {
  const defect = structureDefect(heap, walk) ?? hostDataDefect(heap, walk.addresses, walk.count);
  if (defect !== undefined) return { kind: 'structure', ...defect };
  const objects = walk.addresses;
  prepareCounts(heap.capacity, objects, walk.count);
  const sound = countObjects(heap, objects, walk.count) && everyCell(cells, count) && countCollector(heap);
  if (!sound) return danglingReference(heap, objects, walk.count, cells);
  if (!countsAgree(heap)) return countMismatches(heap, cells);
  const flags = flagDefect(heap);
  return flags === undefined ? undefined : { kind: 'structure', ...flags };
}

/** Without counts there are only the objects and the references to them to check. */
function auditUncounted(heap: NullHeap, cells: CountedCells): AuditFailure | undefined {
  const defect = walkBumpHeap(heap, bumpObjects) ?? hostDataDefect(heap, bumpObjects, bumpObjects.length);
  if (defect !== undefined) return { kind: 'structure', ...defect };
  prepareCounts(heap.capacity, bumpObjects, bumpObjects.length);
  const sound = countObjects(heap, bumpObjects, bumpObjects.length) && everyCell(cells, count);
  return sound ? undefined : danglingReference(heap, bumpObjects, bumpObjects.length, cells);
}

// --- Counting ------------------------------------------------------------------------------------------

function prepareCounts(capacity: number, objects: ArrayLike<number>, objectCount: number): void {
  positions = Math.ceil(capacity / ALIGNMENT);
  if (counts.length < positions) counts = new Int32Array(positions);
  counts.fill(NO_OBJECT, 0, positions);
  for (let i = 0; i < objectCount; i++) counts[objects[i]! / ALIGNMENT] = 0;
}

/** Counts one owner; false when the reference is to no object. */
function count(ref: number): boolean {
  if (ref === 0 || (ref & 1) !== 0) return true;
  if ((ref & (ALIGNMENT - 1)) !== 0) return false;
  const position = ref >>> 3;
  const owners = position < positions ? counts[position]! : NO_OBJECT;
  if (owners === NO_OBJECT) return false;
  counts[position] = owners + 1;
  return true;
}

function countObjects(heap: GcHeap, objects: ArrayLike<number>, objectCount: number): boolean {
  for (let i = 0; i < objectCount; i++) if (!everySlot(heap, objects[i]!, count)) return false;
  return true;
}

/** The structure check has made sure that the list ends. */
function countCollector({ i32, listHead, pending }: DrcHeap): boolean {
  for (let ref = listHead; ref !== 0; ref = i32[(ref >> 2) + NEXT_WORD]!) if (!count(ref)) return false;
  return everyWord(pending.words, 0, pending.size, count);
}

// --- Comparing -----------------------------------------------------------------------------------------

/** Every object must have at least one owner, and as many as its count says. */
function countsAgree({ i32 }: DrcHeap): boolean {
  for (let i = 0; i < walk.count; i++) {
    const address = walk.addresses[i]!;
    const word = address >> 2;
    const owners = counts[address / ALIGNMENT]!;
    if (owners !== i32[word + COUNT_WORD] || owners === 0 || i32[word + COUNT_HIGH_WORD] !== 0) return false;
  }
  return true;
}

/** Marks and pending entries, which the counts say nothing about. */
function flagDefect({ i32, pending }: DrcHeap): Defect | undefined {
  if (walk.marked > 0) {
    const address = walk.addresses.find((a) => (i32[a >> 2]! & MARKED) !== 0)!;
    return { invariant: 'L12', address, message: `${hex(address)} is marked, but marks must not outlast a collection` };
  }
  for (let i = 0; i < pending.size; i++) {
    const address = pending.words[i]!;
    if (counts[address / ALIGNMENT] !== 1 || (i32[address >> 2]! & LISTED) !== 0) {
      return { invariant: 'C7', address, message: `${hex(address)} waits for its release, so nothing else may own it` };
    }
  }
  return undefined;
}

/** Extern objects and host values must correspond one to one (R7). */
function hostDataDefect(heap: GcHeap, objects: ArrayLike<number>, objectCount: number): Defect | undefined {
  const ids: number[] = [];
  for (let i = 0; i < objectCount; i++) {
    const address = objects[i]!;
    if ((heap.i32[address >> 2]! & KIND_MASK) === ObjectKind.extern) ids.push(heap.i32[(address + heap.headerBytes) >> 2]!);
  }
  if (ids.length === 0 && heap.hostData.size === 0) return undefined;
  ids.sort((a, b) => a - b);
  const expected = heap.hostData.ids();
  if (ids.length === expected.length && ids.every((id, i) => id === expected[i])) return undefined;
  return { invariant: 'R7', message: `the extern objects stand for host values ${ids.join(' ')}, but there are ${expected.join(' ')}` };
}

// --- Explaining ----------------------------------------------------------------------------------------

/** Every place that may own a count and what it contains, in a fixed order. */
function* holdings(heap: GcHeap, objects: ArrayLike<number>, objectCount: number, cells: CountedCells): Generator<Holding, void, undefined> {
  for (let i = 0; i < objectCount; i++) yield* slotsOf(heap, objects[i]!);
  yield* cellHoldings(cells);
  if (heap instanceof DrcHeap) yield* collectorHoldings(heap);
}

/** Every place that may own a count and what it contains, in a fixed order. For heaps whose structure is sound. */
export function holdingsOf(heap: GcHeap, cells: CountedCells): Generator<Holding, void, undefined> {
  if (heap instanceof DrcHeap) walk.run(heap);
  else if (heap instanceof NullHeap) walkBumpHeap(heap, bumpObjects);
  const [objects, objectCount] = heap instanceof DrcHeap ? [walk.addresses, walk.count] : [bumpObjects, bumpObjects.length];
  return holdings(heap, objects, objectCount, cells);
}

/**
 * How many places of each kind hold an object; kinds without any are absent. For heaps whose structure is sound.
 * @param ref also of an object that is gone
 */
export function holdersOf(heap: GcHeap, cells: CountedCells, ref: number): Readonly<Partial<Record<HolderKind, number>>> {
  return countKinds([...holdingsOf(heap, cells)].flatMap((held) => (held.ref === ref ? [held.holder] : [])));
}

function countKinds(holders: readonly Holder[]): Partial<Record<HolderKind, number>> {
  const kinds: Partial<Record<HolderKind, number>> = {};
  for (const { kind } of holders) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return kinds;
}

function danglingReference(heap: GcHeap, objects: ArrayLike<number>, objectCount: number, cells: CountedCells): AuditFailure {
  for (const { holder, ref } of holdings(heap, objects, objectCount, cells)) if (!count(ref)) return { kind: 'dangling', holder, ref };
  throw new Error('the two passes of the audit disagree about a dangling reference');
}

function countMismatches(heap: DrcHeap, cells: CountedCells): AuditFailure {
  const wrong = new Map<number, Holder[]>();
  for (let i = 0; i < walk.count && wrong.size < MAX_MISMATCHES; i++) {
    const address = walk.addresses[i]!;
    const owners = counts[address / ALIGNMENT]!;
    if (owners !== storedCount(heap, address) || owners === 0) wrong.set(address, []);
  }
  for (const { holder, ref } of holdings(heap, walk.addresses, walk.count, cells)) if (isObject(ref)) wrong.get(ref)?.push(holder);
  return { kind: 'count', mismatches: [...wrong].map(([address, holders]) => mismatch(heap, address, holders)) };
}

function mismatch(heap: DrcHeap, address: number, holders: readonly Holder[]): CountMismatch {
  const word = address >> 2;
  return {
    address,
    kind: objectKindName(heap.i32[word]!)!,
    typeId: heap.i32[word + TYPE_WORD]!,
    stored: storedCount(heap, address),
    expected: holders.length,
    parts: countKinds(holders),
    holders: holders.slice(0, MAX_HOLDERS),
  };
}
