/** Words behind globals: those of instances that are gone are used again. */
const WORDS = 4;

export class GlobalStorage {
  readonly #free: Int32Array[] = [];

  /** Zeros, or null. */
  take(): Int32Array {
    const cells = this.#free.pop();
    if (cells === undefined) return new Int32Array(WORDS);
    this.clear(cells);
    return cells;
  }
  protected clear(cells: Int32Array): void {
    cells.fill(0);
  }

  /** @param cells own nothing any more, whatever is in them */
  giveBack(cells: Int32Array): void {
    this.#free.push(cells);
  }
}
