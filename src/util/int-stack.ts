import { INLINE_WORDS, doubled } from './typed-arrays.ts';

/** A stack of 32-bit integers that keeps its memory when it empties, unlike an array. */
export class IntStack {
  words: Int32Array = new Int32Array(INLINE_WORDS);
  size = 0;

  push(value: number): void {
    if (this.size === this.words.length) this.#double();
    this.words[this.size++] = value;
  }

  /** The stack must not be empty. */
  pop(): number {
    return this.words[--this.size]!;
  }

  clear(): void {
    this.size = 0;
  }

  /** A copy of the contents, bottom first. */
  toArray(): number[] {
    return Array.from(this.words.subarray(0, this.size));
  }

  #double(): void {
    this.words = doubled(this.words);
  }
}
