/** Progress on standard error: one line that changes in a terminal, a log line every few seconds elsewhere. */
import type { Logger } from 'pino';

const TERMINAL_MS = 500;
const LOG_MS = 5000;
const CLEAR = '\r\u001b[K';

export class StatusLine {
  readonly #log: Logger;
  readonly #terminal = process.stderr.isTTY;
  #lastMs = performance.now();
  #shown = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** @param text asked for only when it is time to show it */
  update(text: () => string): void {
    const nowMs = performance.now();
    if (nowMs - this.#lastMs < (this.#terminal ? TERMINAL_MS : LOG_MS)) return;
    this.#lastMs = nowMs;
    if (!this.#terminal) return this.#log.info(text());
    const { columns = 80 } = process.stderr;
    process.stderr.write(CLEAR + text().slice(0, columns - 1));
    this.#shown = true;
  }

  /** Makes room for other output. */
  clear(): void {
    if (this.#shown) process.stderr.write(CLEAR);
    this.#shown = false;
  }
}
