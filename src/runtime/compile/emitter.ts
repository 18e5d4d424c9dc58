/** A growing array of code words, with places to be filled in later. Only one can be in use at a time. */
import { doubled } from '#util/typed-arrays.ts';

/** Kept between modules; what is kept is never larger than this. */
let scratch = new Int32Array(1024);
const SCRATCH_LIMIT_WORDS = 1 << 18;

export class Emitter {
  #words = scratch;
  /** Position of the next word. */
  pc = 0;

  /** @param base words to begin with */
  constructor(base?: Int32Array) {
    if (base === undefined) return;
    while (this.#words.length < base.length) this.#enlarge();
    this.#words.set(base);
    this.pc = base.length;
  }

  emit(word: number): void {
    if (this.pc === this.#words.length) this.#enlarge();
    this.#words[this.pc++] = word;
  }
  emit2(a: number, b: number): void {
    this.emit(a);
    this.emit(b);
  }
  emit3(a: number, b: number, c: number): void {
    this.emit(a);
    this.emit(b);
    this.emit(c);
  }
  #enlarge(): void {
    this.#words = doubled(this.#words);
    if (this.#words.length <= SCRATCH_LIMIT_WORDS) scratch = this.#words;
  }
  patch(at: number, word: number): void {
    this.#words[at] = word;
  }
  finish(): Int32Array {
    return this.#words.slice(0, this.pc);
  }
}
