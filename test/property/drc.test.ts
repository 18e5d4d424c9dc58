/**
 * Random programs of barriers, driven by a stack as Wasm would have it: after every step the audit agrees,
 * whatever is on the stack is alive, and at the end nothing but cycles is left.
 */
import { expect, it } from 'vitest';
import * as fc from 'fast-check';
import { audit } from '#runtime/audit/recount.ts';
import { checkLeaks } from '#runtime/audit/leak-check.ts';
import type { CountedCells } from '#runtime/cells.ts';
import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { isObject } from '#runtime/heap/reference.ts';
import { snapshot } from '#runtime/heap/snapshot.ts';
import { CHECKED, drcHeap, emptyCells, globalCell, newArray, newExtern, newNode } from '#test/support/heap.ts';

const GLOBALS = 4;
const ACTIONS = ['node', 'array', 'extern', 'i31', 'get', 'set', 'load', 'store', 'root', 'own', 'release', 'closeScope', 'pop', 'collect'] as const;
type Step = readonly [action: (typeof ACTIONS)[number], pick: number];

class Machine {
  readonly heap: DrcHeap;
  readonly cells: CountedCells;
  readonly stack: number[] = [];
  readonly owned: ReturnType<CountedCells['roots']['own']>[] = [];

  constructor(drops: 'immediate' | 'deferred') {
    this.heap = drcHeap({ ...CHECKED, drops, growthStep: 256 });
    this.cells = { ...emptyCells(this.heap), globals: Array.from({ length: GLOBALS }, globalCell) };
  }

  collect(): void {
    this.cells.roots.trim();
    this.heap.collect((visit) => this.stack.forEach(visit));
  }

  /** A reference on the stack, or null. */
  pick(n: number): number {
    return this.stack[n % Math.max(1, this.stack.length)] ?? 0;
  }

  /** Index of a counted word of the object: its field or its last element; undefined for others. */
  slotOf(ref: number): number | undefined {
    const last = isObject(ref) ? snapshot(this.heap).objects.find((o) => o.address === ref)!.slots.at(-1) : undefined;
    return last === undefined ? undefined : last.address >> 2;
  }

  step([action, n]: Step): void {
    const { heap, stack } = this;
    const { roots, globals } = this.cells;
    const global = globals[n % GLOBALS]!.cells;
    const value = this.pick(n >> 2);
    const field = this.slotOf(this.pick(n >> 4));
    switch (action) {
      case 'node':
        return void stack.push(newNode(heap, value));
      case 'array':
        return void stack.push(newArray(heap, value, this.pick(n), value));
      case 'extern': {
        const ref = newExtern(heap, n);
        heap.expose(ref);
        return void stack.push(ref);
      }
      case 'i31':
        return void stack.push((n << 1) | 1);
      case 'get':
        heap.readBarrier(global[0]!);
        return void stack.push(global[0]!);
      case 'set':
        return heap.writeBarrier(global, 0, value);
      case 'load':
        if (field === undefined) return;
        heap.readBarrier(heap.i32[field]!);
        return void stack.push(heap.i32[field]!);
      case 'store':
        return field === undefined ? undefined : heap.writeBarrier(heap.i32, field, value);
      case 'root':
        if (!isObject(value)) return;
        heap.clone(value);
        return void roots.root(value);
      case 'own':
        if (!isObject(value)) return;
        heap.clone(value);
        return void this.owned.push(roots.own(value));
      case 'release':
        return this.owned.length > 0 ? roots.release(this.owned.splice(n % this.owned.length, 1)[0]!) : undefined;
      case 'closeScope':
        return roots.closeScope(n % (roots.openScope() + 1));
      case 'pop':
        return void stack.splice(n % Math.max(1, stack.length));
      case 'collect':
        return this.collect();
    }
  }
}

const steps = fc.array(fc.tuple(fc.constantFrom(...ACTIONS), fc.nat({ max: 1 << 12 })), { maxLength: 120 });

it.each(['immediate', 'deferred'] as const)('counts stay exact when drops are %s', (drops) => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const machine = new Machine(drops);
      const { heap, cells, stack } = machine;
      for (const step of sequence) {
        machine.step(step);
        expect(audit(heap, cells)).toBeUndefined();
      }
      const alive = new Set(snapshot(heap).objects.map((o) => o.address));
      expect(stack.filter((ref) => isObject(ref) && !alive.has(ref))).toEqual([]);

      stack.length = 0;
      const { leaks, auditFailure, cycles } = checkLeaks(heap, cells, () => machine.collect());
      expect([leaks, auditFailure]).toEqual([[], undefined]);
      expect(heap.allocatedBytes).toBe(cycles.bytes);
    }),
    { seed: 1, numRuns: 150 },
  );
});
