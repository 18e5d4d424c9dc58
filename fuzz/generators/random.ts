/**
 * The source of all random choices: a stream of numbers that a seed determines, on any machine and forever.
 *
 * The generator is sfc32, "small fast counter", from Chris Doty-Humphrey's PractRand: 128 bits of state, of which 32 are a
 * counter, so that no period is shorter than 2^32. The first numbers after seeding are thrown away, as its author
 * advises: seeds that differ in one bit give streams that have nothing in common.
 */
const WARM_UP = 15;
const TWO_TO_32 = 2 ** 32;

export type Weighted<T> = readonly (readonly [weight: number, value: T])[];

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /**
   * @param seed 32 bits
   * @param stream 32 bits; streams of one seed are independent of each other
   */
  constructor(seed: number, stream = 0) {
    this.#a = seed | 0;
    this.#b = stream | 0;
    this.#c = 0x9e3779b9 | 0;
    for (let i = 0; i < WARM_UP; i++) this.bits();
  }

  /** 32 random bits as a signed integer. */
  bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }

  /** An integer from `min` to `max`, both included; the bias is below `(max - min) / 2^32`. */
  int(min: number, max: number): number {
    return min + Math.floor(((this.bits() >>> 0) / TWO_TO_32) * (max - min + 1));
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return (this.bits() >>> 0) / TWO_TO_32 < probability;
  }

  /** One of at least one item. */
  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)]!;
  }

  /** One of the values, as often as its weight says. @param entries weights are positive integers or zero */
  weighted<T>(entries: Weighted<T>): T {
    let total = 0;
    for (const [weight] of entries) total += weight;
    let rest = this.int(0, total - 1);
    for (const [weight, value] of entries) {
      if (rest < weight) return value;
      rest -= weight;
    }
    throw new RangeError('some weight must be positive');
  }
}
