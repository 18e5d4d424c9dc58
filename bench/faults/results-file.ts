/** A file to which every run adds a line as it ends: nothing else is ever changed in it, so that it can be copied and joined as text. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunRecord } from './record.ts';
import { parseRecords, recordLine } from './record.ts';

/** @throws RecordError naming the line; errors of the file system pass */
export function readResults(path: string): readonly RunRecord[] {
  return parseRecords(readFileSync(path, 'utf8'));
}

export class ResultsFile {
  readonly path: string;
  readonly #runs: RunRecord[];

  private constructor(path: string, runs: readonly RunRecord[]) {
    this.path = path;
    this.#runs = [...runs];
  }

  /**
   * Makes an empty file, or opens one that is there and cuts off a line that was not written to its end.
   * @throws RecordError; errors of the file system pass
   */
  static open(path: string): ResultsFile {
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) appendFileSync(path, '');
    const runs = readResults(path);
    const contents = readFileSync(path);
    truncateSync(path, contents.lastIndexOf(0x0a) + 1);
    return new ResultsFile(path, runs);
  }

  get runs(): readonly RunRecord[] {
    return this.#runs;
  }

  add(run: RunRecord): void {
    appendFileSync(this.path, recordLine(run));
    this.#runs.push(run);
  }

  /** Takes over those that are not there yet. @returns how many */
  merge(runs: readonly RunRecord[]): number {
    const known = new Set(this.#runs.map(recordLine));
    const fresh = runs.filter((run) => !known.has(recordLine(run)));
    for (const run of fresh) this.add(run);
    return fresh.length;
  }
}
