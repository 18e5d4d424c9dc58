/**
 * The reach ledger: what a campaign has exercised, by name and count. Everything that should be reached is listed, so that what
 * was never reached shows as a zero.
 */
import type { InstructionName } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { CoverageMap } from './coverage.ts';
import type { EventName } from './events.ts';
import { EVENT_COUNT, EVENT_NAMES, INSTRUCTION_NAMES, IN_CONSTANT, KIND_COUNT, eventId } from './events.ts';

export interface Reached {
  /** Times it happened. */
  readonly count: number;
  /** Cases in which it happened. */
  readonly cases: number;
}

export interface ReachReport {
  readonly cases: number;
  /** Instructions about references and the heap, and calls and exceptions, by name. */
  readonly instructions: Readonly<Record<string, Reached>>;
  readonly events: Readonly<Record<EventName, Reached>>;
  /** Names of what is at zero. */
  readonly missing: readonly string[];
}

/** Whether an instruction has to do with references: those whose absence would be a hole. */
function isOfInterest(name: InstructionName): boolean {
  const op = Op[name];
  const references = (op >= 0xd0 && op < 0x200) || (op >= 0x20c && op <= 0x211) || (op >= 0x20 && op <= 0x26);
  return references || (op >= 0x08 && op <= 0x1f && op !== Op.end && op !== Op.select);
}
const EXECUTED = eventId('executed');
const OF_INTEREST = INSTRUCTION_NAMES.filter(isOfInterest);

/**
 * Not those of elements that no copy moves, and not null over null, which is the same. `executed` is what the instructions are
 * counted by.
 */
function isListed(name: EventName): boolean {
  return name !== 'executed' && name !== 'write null over null' && !/^copy (empty|out of bounds|of null): /.test(name);
}

/** Counts of a campaign. One ledger can be added to another, whatever the order. */
export class ReachLedger {
  #cases = 0;
  readonly #eventCounts = new Float64Array(EVENT_COUNT);
  readonly #eventCases = new Float64Array(EVENT_COUNT);
  readonly #kindCounts = new Float64Array(KIND_COUNT);
  readonly #kindCases = new Float64Array(KIND_COUNT);
  /** The last case that an event happened in. */
  readonly #lastCase = new Float64Array(EVENT_COUNT);

  /** Adds a case. */
  add(coverage: CoverageMap): void {
    this.#cases++;
    coverage.forEach((kind, event, count) => {
      if (event === EXECUTED) {
        this.#kindCounts[kind]! += count;
        this.#kindCases[kind]!++;
      }
      this.#eventCounts[event]! += count;
      if (this.#lastCase[event] === this.#cases) return;
      this.#lastCase[event] = this.#cases;
      this.#eventCases[event]!++;
    });
  }

  report(): ReachReport {
    const instructions = Object.fromEntries(OF_INTEREST.map((name) => [name, this.#instruction(INSTRUCTION_NAMES.indexOf(name))]));
    const events = Object.fromEntries(
      EVENT_NAMES.flatMap((name, id) => (isListed(name) ? [[name, { count: this.#eventCounts[id]!, cases: this.#eventCases[id]! }]] : [])),
    ) as ReachReport['events'];
    const missing = Object.entries({ ...instructions, ...events }).flatMap(([name, { cases }]) => (cases === 0 ? [name] : []));
    return { cases: this.#cases, instructions, events, missing };
  }
  #instruction(kind: number): Reached {
    const of = (counts: Float64Array): number => counts[kind]! + counts[kind + IN_CONSTANT]!;
    return { count: of(this.#kindCounts), cases: of(this.#kindCases) };
  }
}

