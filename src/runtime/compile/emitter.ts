/** A growing array of code words, with places to be filled in later. */
export class Emitter {
  #words = new Int32Array(1024);
  /** Position of the next word. */
  pc = 0;

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
    const words = new Int32Array(2 * this.#words.length);
    words.set(this.#words);
    this.#words = words;
  }
  patch(at: number, word: number): void {
    this.#words[at] = word;
  }
  finish(): Int32Array {
    return this.#words.slice(0, this.pc);
  }
}
