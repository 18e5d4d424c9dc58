/**
 * Stack maps: which words of a frame hold counted references at a safe point.
 *
 * The operand stack's part is a persistent list: each operand that is a reference adds a node naming its
 * location and the list below it. A safe point then needs one word, the node at the top, and the lists of
 * neighbouring safe points share their tails. Node 0 is the empty list. A frame's locals are the same
 * everywhere in a function and are kept apart (`CompiledFunction.refLocals`). Maps are conservative: dead
 * locals and call arguments that wait on the stack are listed.
 */
export class StackMapBuilder {
  readonly #locations: number[];
  readonly #below: number[];

  /** @param base whose lists are to stay what they are */
  constructor(base?: StackMaps) {
    this.#locations = base === undefined ? [0] : base.locations.slice();
    this.#below = base === undefined ? [0] : base.below.slice();
  }

  /** The list `below` with one more location on top. */
  push(below: number, location: number): number {
    this.#locations.push(location);
    this.#below.push(below);
    return this.#locations.length - 1;
  }

  build(): StackMaps {
    return new StackMaps(this.#locations, this.#below);
  }
}

export class StackMaps {
  /** By node. */
  readonly locations: readonly number[];
  readonly below: readonly number[];
  readonly #expanded = new Map<number, Int32Array>();

  constructor(locations: readonly number[], below: readonly number[]) {
    this.locations = locations;
    this.below = below;
  }

  /** Locations of a node's list, lowest first. */
  operands(node: number): Int32Array {
    let known = this.#expanded.get(node);
    if (known === undefined) {
      const locations: number[] = [];
      for (let n = node; n !== 0; n = this.below[n]!) locations.push(this.locations[n]!);
      known = new Int32Array(locations.reverse());
      this.#expanded.set(node, known);
    }
    return known;
  }
}
