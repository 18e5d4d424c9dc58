/** The references that a Program's host keeps from one step to the next, as owned roots in numbered slots. */
import type { HostRoot } from '#runtime/host-roots.ts';
import type { Store } from '#runtime/store.ts';
import type { Value } from '#runtime/value.ts';

const NULL_VALUE: Value = { kind: 'null' };

export class KeptRoots {
  readonly #store: Store;
  readonly #values = new Map<number, Value>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Keeps a value; what the slot held is released. */
  keep(slot: number, value: Value | undefined): void {
    this.release(slot);
    if (value === undefined) return;
    this.#values.set(slot, value.kind === 'object' ? { kind: 'object', root: this.#own(value.root) } : value);
  }
  #own(root: HostRoot): HostRoot {
    const { heap, roots } = this.#store;
    const ref = roots.refOf(root);
    heap.clone(ref);
    return roots.own(ref);
  }

  /** What a slot holds; null when it is empty. */
  value(slot: number): Value {
    return this.#values.get(slot) ?? NULL_VALUE;
  }

  /** How many of the values are rooted. */
  get ownedRoots(): number {
    return [...this.#values.values()].filter(({ kind }) => kind === 'object').length;
  }

  release(slot: number): void {
    const value = this.#values.get(slot);
    if (value?.kind === 'object') this.#store.roots.release(value.root);
    this.#values.delete(slot);
  }
  releaseAll(): void {
    for (const slot of this.#values.keys()) this.release(slot);
  }
}
