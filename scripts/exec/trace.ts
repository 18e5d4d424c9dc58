/** `--trace`: every instruction before it executes, and what the collector does. */
import { instructionName } from '#wasm/syntax/instructions.ts';
import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { instructionAt } from '#runtime/compile/compiled.ts';
import type { StackRoots } from '#runtime/heap/gc-heap.ts';
import { objectKindName } from '#runtime/heap/object-size.ts';
import { hex } from '#runtime/outcome.ts';
import type { Parts } from '#runtime/parts.ts';
import type { Follower, Store } from '#runtime/store.ts';

export type Emit = (line: string) => void;

/** Prints `function 0    4  array.copy`. */
export class InstructionTrace implements Follower {
  readonly #store: Store;
  readonly #emit: Emit;

  constructor(store: Store, emit: Emit) {
    this.#store = store;
    this.#emit = emit;
  }

  instruction(): void {
    const { functions, pcs, depth } = this.#store.stack;
    const { code } = functions[depth]!;
    const { role, expr } = code;
    const index = instructionAt(code, pcs[depth]!);
    const place = 'index' in role ? `${role.kind} ${role.index}` : `${role.kind} of segment ${role.segment}`;
    const instruction = expr[index];
    // The compiler ends every expression with a return that is not written.
    const name = instruction === undefined ? 'end' : instructionName(instruction.op);
    this.#emit(`${place.padEnd(12)} ${String(index).padStart(4)}  ${name}`);
  }
  safePoint(): void {}
}

/** The same parts with a heap that tells of allocations, collections, last owners and freed objects. */
export function tracingParts(parts: Parts, emit: Emit): Parts {
  const event: Emit = (line) => emit(`${' '.repeat(19)}${line}`);
  // The collector that frees nothing never calls what it does not have.
  class TracingHeap extends (parts.Heap as typeof DrcHeap) {
    override allocate(kind: number, typeId: number, bytes: number): number {
      const ref = super.allocate(kind, typeId, bytes);
      const type = typeId < 0 ? '' : ` of type ${typeId}`;
      if (ref !== 0) event(`allocates ${hex(ref)}: ${objectKindName(kind)}${type}, ${bytes} bytes`);
      return ref;
    }
    override collect(stackRoots: StackRoots): void {
      event(`collection ${this.counters.collections + 1} begins`);
      super.collect(stackRoots);
      event(`collection ${this.counters.collections} ends, ${this.liveAfterCollection} bytes live`);
    }
    protected override lastOwnerGone(ref: number): void {
      event(`${hex(ref)} has lost its last owner`);
      super.lastOwnerGone(ref);
    }
    protected override free(ref: number): void {
      event(`frees ${hex(ref)}`);
      super.free(ref);
    }
  }
  return { ...parts, Heap: TracingHeap };
}
