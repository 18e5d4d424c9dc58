/**
 * A campaign on disk: one SQLite file (docs/formats.md). A finding is written the moment it is seen; everything else every second or
 * so, in one transaction. So a campaign that is killed at any moment loses no finding, and what it repeats when it goes on
 * adds nothing: counts belong to the cases that the file says are done.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Candidate, Corpus } from '#fuzz/feedback/corpus.ts';
import { EMPTY_CORPUS } from '#fuzz/feedback/corpus.ts';
import type { Finding, Versions } from '#fuzz/findings/finding.ts';
import type { Role } from '#fuzz/findings/pack.ts';
import { packFinding, unpackFinding } from '#fuzz/findings/pack.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Plan } from './plan.ts';
import { parsePlan, planText } from './plan.ts';
import type { Counts, Tally } from './statistics.ts';
import { NOTHING_DONE } from './statistics.ts';

const FORMAT = 2;
const SQLITE_BUSY = 5;

/** The file cannot be used; the message says why. */
export class StateError extends Error {
  override readonly name: string = 'StateError';
}
/** Another campaign is using the file. */
export class StateInUseError extends StateError {
  override readonly name = 'StateInUseError';
}

/** What became of worker processes. */
export interface WorkerCounts {
  readonly started: number;
  /** Replaced before their memory grew. */
  readonly recycled: number;
  /** Ended or were ended before their time, whether or not a case is to blame. */
  readonly died: number;
}

export interface Progress {
  /** Cases done: the first so many of the campaign or shard. */
  readonly cases: number;
  readonly tally: Tally;
  readonly seconds: number;
  /** Of all processes. */
  readonly cpuSeconds: number;
  /** Milliseconds of all workers by stage. */
  readonly stages: Counts;
  readonly workers: WorkerCounts;
}
export const NO_PROGRESS: Progress = {
  cases: 0,
  tally: NOTHING_DONE,
  seconds: 0,
  cpuSeconds: 0,
  stages: {},
  workers: { started: 0, recycled: 0, died: 0 },
};

/** How often a signature was seen, and when. */
export interface Sightings {
  /** Cases among those that are done. */
  readonly cases: number;
  readonly firstCase: number;
  readonly lastCase: number;
  /** ISO 8601. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Of all processes, from the start of the campaign until it was first seen. */
  readonly cpuSeconds: number;
  /** Whether nothing more is to be done to make it smaller. */
  readonly settled: boolean;
}
export interface StoredFinding extends Sightings {
  readonly signature: string;
  readonly finding: Finding;
}

/** Cases of a signature that are newly done. */
export interface Recurrence {
  readonly signature: string;
  readonly cases: number;
  readonly lastCase: number;
}

/** What happens to the corpora of a campaign. */
export interface CorpusChange {
  /** Candidates of the cases that are newly done. */
  readonly added: readonly Candidate[];
  /** Candidates that it knows of and has not kept are needed no more. */
  readonly oldest: Corpus;
}
const NO_CHANGE: CorpusChange = { added: [], oldest: EMPTY_CORPUS };

const SCHEMA = `
  CREATE TABLE campaign (format INTEGER NOT NULL, plans TEXT NOT NULL, versions TEXT NOT NULL, started TEXT NOT NULL, progress TEXT NOT NULL) STRICT;
  CREATE TABLE finding (
    signature TEXT PRIMARY KEY, cases INTEGER NOT NULL, first_case INTEGER NOT NULL, last_case INTEGER NOT NULL,
    first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, cpu_seconds REAL NOT NULL, settled INTEGER NOT NULL, record TEXT NOT NULL
  ) STRICT;
  CREATE TABLE module (
    signature TEXT NOT NULL REFERENCES finding (signature), role TEXT NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL,
    PRIMARY KEY (signature, role, position)
  ) STRICT;
  CREATE TABLE candidate (position INTEGER PRIMARY KEY, cost INTEGER NOT NULL, features BLOB NOT NULL, record TEXT NOT NULL) STRICT;
  CREATE TABLE candidate_module (
    candidate INTEGER NOT NULL REFERENCES candidate (position), position INTEGER NOT NULL, bytes BLOB NOT NULL,
    PRIMARY KEY (candidate, position)
  ) STRICT;
`;

interface FindingRow {
  readonly signature: string;
  readonly cases: number;
  readonly first_case: number;
  readonly last_case: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly cpu_seconds: number;
  readonly settled: number;
  readonly record: string;
}

export class State {
  readonly path: string;
  readonly #db: DatabaseSync;

  private constructor(path: string, db: DatabaseSync) {
    this.path = path;
    this.#db = db;
  }

  /**
   * Makes an empty file, or opens one that is there, for this process alone.
   * @throws StateInUseError, or StateError when the file is something else
   */
  static open(path: string): State {
    mkdirSync(dirname(path), { recursive: true });
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(path);
      // Exclusive: two campaigns on one file would count each other's cases. The lock ends with the process, however it ends.
      db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE; COMMIT;');
      const state = new State(path, db);
      state.#prepare();
      return state;
    } catch (error) {
      db?.close();
      if (error instanceof StateError) throw error;
      const { errcode, message } = error as Error & { readonly errcode?: number };
      if (errcode === SQLITE_BUSY) throw new StateInUseError(`another campaign is using ${path}`, { cause: error });
      throw new StateError(`${path} cannot be used: ${message}`, { cause: error });
    }
  }
  #prepare(): void {
    const tables = this.#db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all().map(({ name }) => name);
    if (tables.length === 0) return this.#atomically(() => this.#db.exec(SCHEMA));
    if (!tables.includes('campaign')) throw new StateError(`${this.path} is the database of something else`);
    const row = this.#db.prepare('SELECT format FROM campaign').get();
    if (row !== undefined && row['format'] !== FORMAT) throw new StateError(`${this.path} has format ${row['format']}; this version reads ${FORMAT}`);
  }

  #atomically(change: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      change();
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  // --- The campaign ------------------------------------------------------------------------------------------

  /** More than one when results were merged; none when no campaign has begun. */
  get plans(): readonly Plan[] {
    const row = this.#db.prepare('SELECT plans FROM campaign').get();
    return row === undefined ? [] : (JSON.parse(row['plans'] as string) as readonly string[]).map(parsePlan);
  }
  get versions(): Versions | undefined {
    const row = this.#db.prepare('SELECT versions FROM campaign').get();
    return row === undefined ? undefined : (JSON.parse(row['versions'] as string) as Versions);
  }
  get progress(): Progress {
    const row = this.#db.prepare('SELECT progress FROM campaign').get();
    return row === undefined ? NO_PROGRESS : (JSON.parse(row['progress'] as string) as Progress);
  }

  /** Forgets whatever the file held. */
  begin(plans: readonly Plan[], versions: Versions, progress: Progress = NO_PROGRESS): void {
    this.#atomically(() => {
      this.#db.exec('DELETE FROM candidate_module; DELETE FROM candidate; DELETE FROM module; DELETE FROM finding; DELETE FROM campaign');
      this.#db
        .prepare('INSERT INTO campaign VALUES (?, ?, ?, ?, ?)')
        .run(FORMAT, JSON.stringify(plans.map(planText)), JSON.stringify(versions), new Date().toISOString(), JSON.stringify(progress));
    });
  }

  /** Goes on with the campaign under another plan. */
  revise(plan: Plan): void {
    this.#db.prepare('UPDATE campaign SET plans = ?').run(JSON.stringify([planText(plan)]));
  }

  /** What is newly done, all or nothing. */
  commit(progress: Progress, recurrences: readonly Recurrence[], corpus: CorpusChange = NO_CHANGE): void {
    const seen = new Date().toISOString();
    this.#atomically(() => {
      this.#db.prepare('UPDATE campaign SET progress = ?').run(JSON.stringify(progress));
      const recur = this.#db.prepare('UPDATE finding SET cases = cases + ?, last_case = max(last_case, ?), last_seen = ? WHERE signature = ?');
      for (const { signature, cases, lastCase } of recurrences) recur.run(cases, lastCase, seen, signature);
      this.#changeCorpus(corpus);
    });
  }

  // --- The corpus --------------------------------------------------------------------------------------------

  #changeCorpus({ added, oldest }: CorpusChange): void {
    const insert = this.#db.prepare('INSERT INTO candidate VALUES (?, ?, ?, ?)');
    const insertModule = this.#db.prepare('INSERT INTO candidate_module VALUES (?, ?, ?)');
    for (const { position, cost, features, program } of added) {
      insert.run(position, cost, new Uint8Array(features.buffer, features.byteOffset, features.byteLength), program.record);
      program.modules.forEach((bytes, i) => insertModule.run(position, i, bytes));
    }
    const kept = JSON.stringify(oldest.programs.map(({ position }) => position));
    for (const [table, key] of [['candidate_module', 'candidate'], ['candidate', 'position']]) {
      this.#db.prepare(`DELETE FROM ${table} WHERE ${key} < ? AND ${key} NOT IN (SELECT value FROM json_each(?))`).run(oldest.cases, kept);
    }
  }

  /** All that a campaign that goes on needs to have the corpora that it had, by position. */
  candidates(): readonly Candidate[] {
    const modules = this.#db.prepare('SELECT bytes FROM candidate_module WHERE candidate = ? ORDER BY position');
    return this.#db.prepare('SELECT * FROM candidate ORDER BY position').all().map((row) => ({
      position: row['position'] as number,
      cost: row['cost'] as number,
      features: new Int32Array((row['features'] as Uint8Array).slice().buffer),
      program: { record: row['record'] as string, modules: modules.all(row['position']!).map(({ bytes }) => bytes as Uint8Array) },
    }));
  }

  // --- Findings ----------------------------------------------------------------------------------------------

  /** Records the first sighting of a signature; one of an earlier case takes the place of a later one. Adds nothing to counts. */
  see(finding: Finding, cpuSeconds: number): void {
    const { caseNumber } = finding.origin;
    const signature = signatureOf(finding.failure);
    const known = this.#db.prepare('SELECT first_case FROM finding WHERE signature = ?').get(signature);
    if (known !== undefined && (known['first_case'] as number) <= caseNumber) return;
    const now = new Date().toISOString();
    const { cases = 0, lastCase = caseNumber, firstSeen = now, lastSeen = now } = this.sightingsOf(signature) ?? {};
    this.put({ signature, finding, cases, firstCase: caseNumber, lastCase, firstSeen, lastSeen, cpuSeconds, settled: false });
  }

  /** Puts a smaller Program in a finding's place. */
  replace(finding: Finding, settled: boolean): void {
    const signature = signatureOf(finding.failure);
    const known = this.sightingsOf(signature);
    if (known !== undefined) this.put({ ...known, signature, finding, settled });
  }

  put({ signature, finding, cases, firstCase, lastCase, firstSeen, lastSeen, cpuSeconds, settled }: StoredFinding): void {
    const { record, modules } = packFinding(finding);
    this.#atomically(() => {
      this.#db.prepare('DELETE FROM module WHERE signature = ?').run(signature);
      this.#db
        .prepare(
          `INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (signature) DO UPDATE SET
            cases = excluded.cases, first_case = excluded.first_case, last_case = excluded.last_case, first_seen = excluded.first_seen,
            last_seen = excluded.last_seen, cpu_seconds = excluded.cpu_seconds, settled = excluded.settled, record = excluded.record`,
        )
        .run(signature, cases, firstCase, lastCase, firstSeen, lastSeen, cpuSeconds, settled ? 1 : 0, record);
      const insert = this.#db.prepare('INSERT INTO module VALUES (?, ?, ?, ?)');
      for (const { role, position, bytes } of modules) insert.run(signature, role, position, bytes);
    });
  }

  sightingsOf(signature: string): Sightings | undefined {
    const row = this.#db.prepare('SELECT * FROM finding WHERE signature = ?').get(signature);
    return row === undefined ? undefined : sightings(row as unknown as FindingRow);
  }

  /** All of them, in the order of their first cases. */
  findings(): readonly StoredFinding[] {
    const rows = this.#db.prepare('SELECT * FROM finding ORDER BY first_case, signature').all() as unknown as readonly FindingRow[];
    const modules = this.#db.prepare('SELECT role, position, bytes FROM module WHERE signature = ?');
    return rows.map((row) => {
      const packed = modules.all(row.signature).map(({ role, position, bytes }) => ({
        role: role as Role,
        position: position as number,
        bytes: bytes as Uint8Array,
      }));
      return { signature: row.signature, ...sightings(row), finding: unpackFinding({ record: row.record, modules: packed }) };
    });
  }

  /** Whether the file is as SQLite and this program left it. For tests. */
  isSound(): boolean {
    const check = this.#db.prepare('PRAGMA integrity_check').get();
    return check?.['integrity_check'] === 'ok' && this.#db.prepare('PRAGMA foreign_key_check').all().length === 0;
  }

  close(): void {
    this.#db.close();
  }
}

function sightings(row: FindingRow): Sightings {
  return {
    cases: row.cases,
    firstCase: row.first_case,
    lastCase: row.last_case,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    cpuSeconds: row.cpu_seconds,
    settled: row.settled !== 0,
  };
}
