/** Where the time goes: milliseconds by stage. A stage within a stage takes its time from the outer one. */
export class Stopwatch {
  #stages: Record<string, number> = {};
  /** Time that stages within the one under way have taken. */
  #innerMs = 0;

  measure<T>(stage: string, work: () => T): T {
    const outerInnerMs = this.#innerMs;
    this.#innerMs = 0;
    const startMs = performance.now();
    try {
      return work();
    } finally {
      const elapsedMs = performance.now() - startMs;
      this.#stages[stage] = (this.#stages[stage] ?? 0) + elapsedMs - this.#innerMs;
      this.#innerMs = outerInnerMs + elapsedMs;
    }
  }

  /** What was measured since the last call. */
  take(): Readonly<Record<string, number>> {
    const stages = this.#stages;
    this.#stages = {};
    return stages;
  }
}
