/** Progress on standard error: a few lines that change in place in a terminal, a log line every few seconds elsewhere. */
import type { Logger } from 'pino';

const TERMINAL_MS = 500;
const LOG_MS = 5000;
const LINE_START = '\r';
const UP = '\u001b[1A';
const CLEAR_BELOW = '\u001b[J';

/** The same progress for both kinds of readers. */
export interface Progress {
  readonly panel: () => readonly string[];
  readonly line: () => string;
}

export class StatusPanel {
  readonly #log: Logger;
  readonly #terminal = process.stderr.isTTY;
  #lastMs = performance.now();
  /** Lines on the screen; the cursor is at the end of the last. */
  #shown = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Shows progress when it is time to. */
  update({ panel, line }: Progress): void {
    const nowMs = performance.now();
    if (nowMs - this.#lastMs < (this.#terminal ? TERMINAL_MS : LOG_MS)) return;
    this.#lastMs = nowMs;
    if (!this.#terminal) return this.#log.info(line());
    const { columns = 80, rows = 24 } = process.stderr;
    // A line that wraps, or a panel that scrolls, could not be taken back.
    const lines = panel().slice(0, rows - 1).map((text) => text.slice(0, columns - 1));
    process.stderr.write(this.#home() + lines.join('\n'));
    this.#shown = lines.length;
  }

  #home(): string {
    return LINE_START + UP.repeat(Math.max(0, this.#shown - 1)) + CLEAR_BELOW;
  }

  /** Makes room for other output. */
  clear(): void {
    if (this.#shown > 0) process.stderr.write(this.#home());
    this.#shown = 0;
  }
}
