/** The free list against a model that knows nothing but which granules are taken. */
import { expect, it } from 'vitest';
import * as fc from 'fast-check';
import { FreeList, freeListDefect } from '#runtime/heap/free-list.ts';

type Command = { readonly kind: 'allocate'; readonly bytes: number } | { readonly kind: 'release'; readonly pick: number } | { readonly kind: 'grow'; readonly bytes: number };

const commands = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('allocate' as const), bytes: fc.integer({ min: 1, max: 6 }).map((n) => n * 16) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('release' as const), pick: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('grow' as const), bytes: fc.integer({ min: 1, max: 40 }).map((n) => n * 8) }) },
  ),
  { maxLength: 200 },
);

/** Free bytes and the longest run of them, from the map of allocated ranges. */
function freeSpace(capacity: number, allocated: ReadonlyMap<number, number>): { total: number; longest: number } {
  let [total, longest, run] = [0, 0, 0];
  for (let address = 16; address + 16 <= capacity; ) {
    const bytes = allocated.get(address);
    run = bytes === undefined ? run + 16 : 0;
    total += bytes === undefined ? 16 : 0;
    longest = Math.max(longest, run);
    address += bytes ?? 16;
  }
  return { total, longest };
}

function bytesListed(list: FreeList): number {
  return list.lengths.subarray(0, list.blocks).reduce((sum, length) => sum + length, list.bumpEnd - list.bump);
}

function step(list: FreeList, allocated: Map<number, number>, command: Command): void {
  if (command.kind === 'grow') return list.grow(command.bytes);
  if (command.kind === 'release') {
    const address = [...allocated.keys()][command.pick % Math.max(1, allocated.size)];
    if (address === undefined) return;
    list.release(address, allocated.get(address)!);
    allocated.delete(address);
    return;
  }
  const { longest } = freeSpace(list.capacity, allocated);
  const address = list.allocate(command.bytes);
  const end = address + command.bytes;
  const apart = [...allocated].every(([start, bytes]) => end <= start || address >= start + bytes);
  expect(address === 0 ? longest < command.bytes : apart && address >= 16 && end <= list.capacity).toBe(true);
  if (address !== 0) allocated.set(address, command.bytes);
}

it('hands out disjoint ranges and loses nothing', () => {
  fc.assert(
    fc.property(commands, (sequence) => {
      const list = new FreeList();
      const allocated = new Map<number, number>();
      for (const command of sequence) {
        step(list, allocated, command);
        expect(freeListDefect(list)).toBeUndefined();
        expect(bytesListed(list)).toBe(freeSpace(list.capacity, allocated).total);
      }
      for (const [address, bytes] of allocated) list.release(address, bytes);
      expect(bytesListed(list)).toBe(Math.max(0, (list.capacity & -16) - 16));
    }),
    { seed: 1, numRuns: 300 },
  );
});
