/**
 * The reach ledger: what cases have exercised, by name, with how often and in how many of them. Everything that should be
 * reached is listed, so that what was never reached shows as a zero.
 */
import type { InstructionName } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { CoverageMap } from './coverage.ts';
import type { EventName } from './events.ts';
import { EVENT_NAMES, INSTRUCTION_NAMES, eventId, instructionOfKind } from './events.ts';

export interface Reached {
  /** Times it happened. */
  readonly count: number;
  /** Cases in which it happened. */
  readonly cases: number;
}

export const SECTIONS = ['instructions', 'traps', 'aliases', 'collector', 'references', 'host and exceptions'] as const;
export type Section = (typeof SECTIONS)[number];

/** By section and name. Plain data that adds up, in any order. */
export type ReachReport = Readonly<Record<Section, Readonly<Record<string, Reached>>>>;

/** @param add what becomes of two numbers of one name */
function addBy<T>(a: Readonly<Record<string, T>>, b: Readonly<Record<string, T>>, add: (x: T, y: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(a).map(([name, value]) => [name, add(value, b[name]!)]));
}
function addReached(a: Reached, b: Reached): Reached {
  return { count: a.count + b.count, cases: a.cases + b.cases };
}
export function addReports(a: ReachReport, b: ReachReport): ReachReport {
  return addBy(a, b, (x, y) => addBy(x, y, addReached)) as ReachReport;
}

/** Names of what is at zero. */
export function missingFrom(report: ReachReport): readonly string[] {
  return SECTIONS.flatMap((section) => Object.entries(report[section]).flatMap(([name, { cases }]) => (cases === 0 ? [name] : [])));
}

// --- What is listed ----------------------------------------------------------------------------------------

interface Row {
  readonly section: Section;
  readonly name: string;
}

/** Whether an instruction has to do with references, calls or exceptions: those whose absence would be a hole. */
function isOfInterest(name: InstructionName): boolean {
  const op = Op[name];
  const references = (op >= 0xd0 && op < 0x200) || (op >= 0x20c && op <= 0x211) || (op >= 0x20 && op <= 0x26);
  return references || (op >= 0x08 && op <= 0x1f && op !== Op.end && op !== Op.select);
}

const SECTION_OF: readonly (readonly [RegExp, Section])[] = [
  [/^trap /, 'traps'],
  [/^(self-)?copy /, 'aliases'],
  [/^(read|expose|init|write|cast) /, 'references'],
  [/^(host call|to host|from host|throw|caught|not caught|landing)/, 'host and exceptions'],
];
function sectionOf(name: EventName): Section {
  return SECTION_OF.find(([pattern]) => pattern.test(name))?.[1] ?? 'collector';
}

/** Not those of elements that no copy moves, and not null over null, which is the same. By `executed` instructions are counted. */
function isListed(name: EventName): boolean {
  return name !== 'executed' && name !== 'write null over null' && !/^copy (empty|out of bounds|of null): /.test(name);
}
/** Tables hold no tables, are not null, and have no types to be told apart by. */
function isOfTables(name: EventName): boolean {
  return isListed(name) && /^copy (?!within|of|between two types)/.test(name) && !name.endsWith('the array itself');
}

const ROWS: Row[] = [];
const addRow = (section: Section, name: string): number => ROWS.push({ section, name }) - 1;

/** Rows by number of the instruction and by event, those of table copies by themselves; -1 where there is none. */
const rowOfInstruction = Int16Array.from(INSTRUCTION_NAMES, (name) => (isOfInterest(name) ? addRow('instructions', name) : -1));
const rowOfEvent = Int16Array.from(EVENT_NAMES, (name) => (isListed(name) ? addRow(sectionOf(name), name) : -1));
const rowOfTableCopy = Int16Array.from(EVENT_NAMES, (name, event) => {
  if (isOfTables(name)) return addRow('aliases', `table ${name}`);
  return name.startsWith('copy ') ? -1 : rowOfEvent[event]!;
});
const EXECUTED = eventId('executed');
const TABLE_COPY = INSTRUCTION_NAMES.indexOf('table.copy');

/** @returns the row in which a pair of kind and event counts, or -1 */
function rowOf(kind: number, event: number): number {
  const instruction = instructionOfKind(kind);
  if (event === EXECUTED) return instruction < 0 ? -1 : rowOfInstruction[instruction]!;
  return (instruction === TABLE_COPY ? rowOfTableCopy : rowOfEvent)[event]!;
}

// --- Counting ----------------------------------------------------------------------------------------------

/** Counts cases as they come. */
export class ReachLedger {
  #cases = 0;
  readonly #counts = new Float64Array(ROWS.length);
  readonly #rowCases = new Float64Array(ROWS.length);
  /** The last case that a row was reached in. */
  readonly #lastCase = new Float64Array(ROWS.length);

  /** Adds a case. */
  add(coverage: CoverageMap): void {
    this.#cases++;
    coverage.forEach((kind, event, count) => {
      const row = rowOf(kind, event);
      if (row < 0) return;
      this.#counts[row]! += count;
      if (this.#lastCase[row] === this.#cases) return;
      this.#lastCase[row] = this.#cases;
      this.#rowCases[row]!++;
    });
  }

  report(): ReachReport {
    const rows = ROWS.map(({ section, name }, row) => ({ section, entry: [name, { count: this.#counts[row]!, cases: this.#rowCases[row]! }] as const }));
    return Object.fromEntries(
      SECTIONS.map((section) => [section, Object.fromEntries(rows.filter((row) => row.section === section).map(({ entry }) => entry))]),
    ) as ReachReport;
  }
}
