/**
 * What keeps objects alive for the host. Each root owns one count of its object.
 *
 * LIFO roots live until their scope closes. Owned roots live until the host releases them; they give their
 * count back later, when they are trimmed: at a collection, or when many of them have piled up.
 * Source: docs/collector.md, "Who owns a count".
 */
import type { GcHeap } from './heap/gc-heap.ts';

/** Registered owned roots at which creating another one trims, at least. */
const MIN_HIGH_WATER = 8;

/** The host used a root that does not exist (any more): a mistake of the host, not of the program (R5). */
export class RootError extends Error {
  override readonly name = 'RootError';
}

export type RootKind = 'lifo' | 'owned';

/** A host's handle on an object. Only its own store can tell whether it still roots anything. */
export class HostRoot {
  readonly roots: HostRoots;
  readonly kind: RootKind;
  /** Position among the roots of its kind. */
  readonly index: number;
  /** Tells it from other roots that have had its position. */
  readonly generation: number;
  constructor(roots: HostRoots, kind: RootKind, index: number, generation: number) {
    this.roots = roots;
    this.kind = kind;
    this.index = index;
    this.generation = generation;
  }
}

export class HostRoots {
  readonly #heap: GcHeap;
  /** Objects of the LIFO roots, oldest first. */
  readonly lifo: number[] = [];
  readonly #lifoGenerations: number[] = [];
  /** Objects of the owned roots that are registered, released or not; 0 where a position is free. */
  readonly owned: number[] = [];
  /** Generation of the root that holds the position, or 0 once it is released. */
  readonly #ownedGenerations: number[] = [];
  readonly #freePositions: number[] = [];
  #nextGeneration = 1;
  #highWater = MIN_HIGH_WATER;
  /** Most roots of each kind at any moment. */
  readonly peak: { lifo: number; owned: number } = { lifo: 0, owned: 0 };

  constructor(heap: GcHeap) {
    this.#heap = heap;
  }

  // --- LIFO roots ------------------------------------------------------------------------------------

  /** @returns a mark for `closeScope` */
  openScope(): number {
    return this.lifo.length;
  }

  /** Drops the LIFO roots made since `openScope` returned `mark`, oldest first. */
  closeScope(mark: number): void {
    for (let i = mark; i < this.lifo.length; i++) this.#heap.drop(this.lifo[i]!);
    this.lifo.length = Math.min(this.lifo.length, mark);
    this.#lifoGenerations.length = this.lifo.length;
  }

  /** Makes a LIFO root, which takes over one count of `ref` from the caller. */
  root(ref: number): HostRoot {
    const generation = this.#nextGeneration++;
    this.lifo.push(ref);
    this.#lifoGenerations.push(generation);
    this.peak.lifo = Math.max(this.peak.lifo, this.lifo.length);
    return new HostRoot(this, 'lifo', this.lifo.length - 1, generation);
  }

  // --- Owned roots -----------------------------------------------------------------------------------

  /** Makes an owned root, which takes over one count of `ref` from the caller. May trim. */
  own(ref: number): HostRoot {
    if (this.registered >= this.#highWater) this.trim();
    const generation = this.#nextGeneration++;
    const index = this.#freePositions.pop() ?? this.owned.length;
    this.owned[index] = ref;
    this.#ownedGenerations[index] = generation;
    this.peak.owned = Math.max(this.peak.owned, this.registered);
    return new HostRoot(this, 'owned', index, generation);
  }

  /** Ends an owned root. Its count is given back when it is trimmed. */
  release(root: HostRoot): void {
    this.refOf(root);
    if (root.kind !== 'owned') throw new RootError('a scoped root ends with its scope and cannot be released');
    this.#ownedGenerations[root.index] = 0;
  }

  /** Gives back the counts of released owned roots. To be called before each collection. */
  trim(): void {
    for (let i = 0; i < this.owned.length; i++) {
      const ref = this.owned[i]!;
      if (ref === 0 || this.isOwnedAlive(i)) continue;
      this.owned[i] = 0;
      this.#freePositions.push(i);
      this.#heap.drop(ref);
    }
    this.#highWater = Math.max(MIN_HIGH_WATER, 2 * this.registered);
  }

  /** Owned roots that own a count, released ones included. */
  get registered(): number {
    return this.owned.length - this.#freePositions.length;
  }

  /** Whether the owned root at a position of `owned` has not been released. */
  isOwnedAlive(index: number): boolean {
    return this.#ownedGenerations[index] !== 0;
  }

  // --- Use -------------------------------------------------------------------------------------------

  /**
   * The object of a root, borrowed.
   * @throws RootError when the root has ended or is another store's
   */
  refOf(root: HostRoot): number {
    if (root.roots !== this) throw new RootError('object belongs to another store');
    const generations = root.kind === 'lifo' ? this.#lifoGenerations : this.#ownedGenerations;
    if (generations[root.index] !== root.generation) throw new RootError('object has been unrooted');
    return (root.kind === 'lifo' ? this.lifo : this.owned)[root.index]!;
  }

  /** Ends every root, as the store does at its end. */
  releaseAll(): void {
    this.closeScope(0);
    this.#ownedGenerations.fill(0);
    this.trim();
  }
}
