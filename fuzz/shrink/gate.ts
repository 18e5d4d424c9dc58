/**
 * The one gate that every candidate passes: valid, smaller than the best so far, and still interesting. Whatever a
 * reducer proposes, what comes out of the gate is right, so reducers may guess.
 *
 * A reducer asks and goes on by the answer, as if answers took no time. When the examiner works at several candidates at a time, the
 * gate runs ahead: it says no before it knows, since most answers are no, and asks about what the reducer proposes next. If a
 * yes comes, the passage in which it was asked is run again from its beginning, with the answers that are known by then.
 * So what comes out, and the number of tries, does not depend on how many are asked about at a time.
 */
import { hash } from 'node:crypto';
import type { CollectionSchedule, Program } from '#fuzz/program/program.ts';
import { programRecord } from '#fuzz/program/record.ts';
import type { ProgramSize } from '#fuzz/program/size.ts';
import { compareSizes, instructionsOf, sizeOf } from '#fuzz/program/size.ts';
import { encode } from '#wasm/binary/encode.ts';
import type { Examiner, Question } from './examiner.ts';
import { isValidBeside } from './validity.ts';

/** One kind of transformation: proposes candidates made from `gate.best`. */
export interface Reducer {
  readonly name: string;
  /** @param grain of lists, drop nothing finer than this share; 0 for single items */
  readonly reduce: (gate: Gate, grain: number) => void;
}

/** Leaves a reducer when nothing passes any more. */
class Closed extends Error {}
/** Leaves a passage that went on from a wrong answer. */
class Rewind extends Error {}
/** Leaves a detour that has been long enough. */
class Spent extends Error {}
/** How many safe points a change may have taken away. */
const EARLIER = [1, 2, 3, 4];

const CLOSED = new Closed();
const REWIND = new Rewind();
const SPENT = new Spent();

interface Passed {
  readonly program: Program;
  readonly size: ProgramSize;
}
interface Candidate extends Passed {
  /** Equal for Programs that are equal. */
  readonly key: string;
}
/** A candidate whose answer is open, and which attempt of the passage it is. */
interface Pending extends Candidate {
  readonly attempt: number;
  readonly question: Question;
}

export interface GateOptions {
  /** A bound that does not depend on time, so that shrinking gives the same everywhere. */
  readonly maxTries?: number;
  /** Asked before each try; may only cut the work short. */
  readonly stop?: () => boolean;
  /** Told after each try how many there were. */
  readonly onTry?: (tries: number) => void;
  /** Told of each Program that has passed. */
  readonly onSmaller?: (program: Program) => void;
}

export class Gate {
  /** Candidates that were run. */
  tries = 0;
  /** Whether the budget is spent or a stop was asked for; nothing passes any more. */
  closed = false;
  #best: Passed;
  readonly #examiner: Examiner;
  readonly #maxTries: number;
  readonly #stop: () => boolean;
  readonly #onTry: (tries: number) => void;
  readonly #onSmaller: (program: Program) => void;
  readonly #rejected = new Set<string>();
  /** While on a detour: the best before it, and the tries at which it ends. */
  #detour: { readonly from: Passed; readonly maxTries: number } | undefined;

  /** Of the passage: what passed, or undefined for what did not, attempt by attempt. Undefined outside of passages. */
  #answers: (Passed | undefined)[] | undefined;
  /** Attempts of this run of the passage. */
  #attempts = 0;
  #pending: Pending[] = [];

  /** @param program interesting and valid */
  constructor(program: Program, examiner: Examiner, { maxTries = Infinity, stop = () => false, onTry = () => {}, onSmaller = () => {} }: GateOptions = {}) {
    this.#best = { program, size: sizeOf(program) };
    this.#examiner = examiner;
    this.#maxTries = maxTries;
    this.#stop = stop;
    this.#onTry = onTry;
    this.#onSmaller = onSmaller;
  }

  /** The smallest Program that has passed. */
  get best(): Program {
    return this.#best.program;
  }

  /**
   * Whether the candidate passed and is the best now.
   * @param proposal a candidate, or how to make it, which is not done when the answer is known
   */
  try(proposal: Program | (() => Program)): boolean {
    return this.#attempt(proposal) || this.#attemptEarlier(proposal);
  }

  /** With collections some safe points earlier: there may be fewer before the one that matters. */
  #attemptEarlier(proposal: Program | (() => Program)): boolean {
    const { schedule } = this.best;
    if (schedule.atSafePoints.length === 0) return false;
    const program = typeof proposal === 'function' ? proposal() : proposal;
    if (program.schedule.atSafePoints !== schedule.atSafePoints || program.modules === this.best.modules) return false;
    // What is no smaller by itself would pass for its schedule alone, of which reducers of schedules take more at a time.
    const isSmaller = compareSizes(sizeOf(program), this.#best.size) < 0;
    return isSmaller && EARLIER.some((by) => this.#attempt({ ...program, schedule: earlier(schedule, by) }));
  }

  #attempt(proposal: Program | (() => Program)): boolean {
    if (this.#answers !== undefined && this.#attempts < this.#answers.length) return this.#repeat();
    const candidate = this.#admit(typeof proposal === 'function' ? proposal() : proposal);
    if (candidate === undefined) return this.#note(undefined);
    this.#checkBudget();
    if (this.#stop()) this.#close();
    const question = this.#examiner.ask(candidate.program);
    const attempt = this.#attempts;
    this.#pending.push({ ...candidate, question, attempt });
    this.#note(undefined);
    return this.#settle(this.#answers === undefined ? 0 : this.#examiner.jobs - 1, attempt);
  }

  /** Ends the detour, or everything, when there are no tries left for it. */
  #checkBudget(): void {
    const tries = this.tries + this.#pending.length;
    const isSpent = tries >= (this.#detour?.maxTries ?? Infinity);
    if (!isSpent && tries < this.#maxTries) return;
    this.#settle(0);
    if (tries >= this.#maxTries) this.#close();
    throw SPENT;
  }

  /**
   * Goes on from an interesting Program that need not be smaller than the best, and keeps what comes of it if that is. Not in a passage; a detour
   * from a detour leads nowhere.
   * @param maxTries after which it ends
   * @param work lets reducers run
   * @returns whether the best is smaller than before
   */
  detour(proposal: () => Program, maxTries: number, work: () => void): boolean {
    if (this.#detour !== undefined) return false;
    const from = this.#best;
    const start = this.#start(proposal());
    if (start === undefined) return false;
    this.#detour = { from, maxTries: this.tries + maxTries };
    this.#best = start;
    try {
      work();
    } catch (error) {
      if (error !== SPENT) throw error;
    } finally {
      for (const { question } of this.#pending.splice(0)) question.withdraw();
      this.#answers = undefined;
      this.#detour = undefined;
      if (compareSizes(this.#best.size, from.size) >= 0) this.#best = from;
    }
    return this.#best !== from;
  }
  /** Where a detour starts, which is interesting. */
  #start(program: Program): Passed | undefined {
    const modules = program.modules.map(({ module }) => encode(module));
    const key = keyOf(program, modules);
    if (this.#rejected.has(key) || !this.#isValid(program)) return undefined;
    this.#checkBudget();
    if (this.#stop()) this.#close();
    // Whatever the answer, nobody needs to start there again: what is the best gets smaller only.
    this.#rejected.add(key);
    const passes = this.#examiner.ask(program).answer();
    if (!passes && this.#stop()) this.#close();
    this.#onTry(++this.tries);
    return passes ? { program, size: sizeOf(program, modules) } : undefined;
  }

  /**
   * Runs a part of a reducer, more than once if need be. What it does must follow from `best` and the answers alone.
   * A passage inside another is a part of that one.
   */
  passage(work: () => void): void {
    if (this.#examiner.jobs === 1 || this.#answers !== undefined) return work();
    const start = this.#best;
    this.#answers = [];
    while (!this.#runsThrough(work)) this.#best = start;
    this.#answers = undefined;
  }
  #runsThrough(work: () => void): boolean {
    this.#attempts = 0;
    try {
      work();
      this.#settle(0);
      return true;
    } catch (error) {
      if (error !== REWIND) throw error;
      return false;
    }
  }

  /** Runs reducers until they are done, or the gate is closed. */
  whileOpen(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error !== CLOSED) throw error;
    }
  }

  #close(): never {
    this.closed = true;
    for (const { question } of this.#pending.splice(0)) question.withdraw();
    throw CLOSED;
  }

  /** What needs to be run; undefined when that would be no use. */
  #admit(program: Program): Candidate | undefined {
    if (instructionsOf(program) > this.#best.size[0]!) return undefined;
    const modules = program.modules.map(({ module }) => encode(module));
    const size = sizeOf(program, modules);
    if (compareSizes(size, this.#best.size) >= 0) return undefined;
    const key = keyOf(program, modules);
    const isKnown = this.#rejected.has(key) || this.#pending.some((pending) => pending.key === key);
    return isKnown || !this.#isValid(program) ? undefined : { program, size, key };
  }
  #isValid({ modules }: Program): boolean {
    return modules.every(({ module }, i) => isValidBeside(module, this.best.modules[i]?.module ?? module));
  }

  /** Writes the answer of an attempt down. */
  #note(passed: Passed | undefined): false {
    this.#answers?.push(passed);
    this.#attempts++;
    return false;
  }
  #repeat(): boolean {
    const passed = this.#answers![this.#attempts++];
    if (passed !== undefined) this.#best = passed;
    return passed !== undefined;
  }

  /**
   * Waits until no more than so many answers are open.
   * @param current the attempt that the reducer waits for; all before were said not to pass
   * @returns whether that one passed
   */
  #settle(open: number, current?: number): boolean {
    while (this.#pending.length > open) {
      const oldest = this.#pending.shift()!;
      const passes = oldest.question.answer();
      // A refusal may be for want of time.
      if (!passes && this.#stop()) this.#close();
      this.#onTry(++this.tries);
      if (passes) {
        this.#accept(oldest);
        if (oldest.attempt !== current) throw REWIND;
        return true;
      }
      this.#rejected.add(oldest.key);
    }
    return false;
  }
  #accept({ program, size, attempt }: Pending): void {
    for (const { question } of this.#pending.splice(0)) question.withdraw();
    this.#best = { program, size };
    this.#answers?.splice(attempt, Infinity, this.#best);
    if (this.#detour === undefined || compareSizes(size, this.#detour.from.size) < 0) this.#onSmaller(program);
  }
}

function earlier(schedule: CollectionSchedule, by: number): CollectionSchedule {
  return { ...schedule, atSafePoints: schedule.atSafePoints.map((point) => point - by).filter((point) => point > 0) };
}

function keyOf(program: Program, modules: readonly Uint8Array[]): string {
  const record = JSON.stringify(programRecord(program));
  return hash('sha1', Buffer.concat([Buffer.from(record), ...modules]), 'base64');
}
