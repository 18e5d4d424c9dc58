/** Cases in a row, run and summed up: the unit of work that a worker is given. */
import type { Candidate } from '#fuzz/feedback/corpus.ts';
import type { Origin } from '#fuzz/findings/finding.ts';
import type { Generator } from '#fuzz/generators/generator.ts';
import { GeneratorError } from '#fuzz/generators/generator.ts';
import type { Failure } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { Breeding } from './breeding.ts';
import type { Draft } from './cases.ts';
import { draftCase } from './cases.ts';
import type { Plan } from './plan.ts';
import type { Counts, Tally } from './statistics.ts';
import { Statistics } from './statistics.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { Twins } from './twins.ts';

/** Positions `first` to `first + count - 1` of a shard. */
export interface Batch {
  readonly first: number;
  readonly count: number;
  /** End with the first case that fails. */
  readonly stopAtFailure: boolean;
}

/** A case that failed. */
export interface Sighting {
  readonly position: number;
  readonly failure: Failure;
  readonly origin: Origin;
  /** As generated. */
  readonly program: Program;
}

export interface BatchResult {
  readonly first: number;
  /** Cases that were run: fewer than asked for when the batch was cut short. */
  readonly count: number;
  readonly tally: Tally;
  /** Positions of failed cases by signature, ascending. */
  readonly failures: Readonly<Record<string, readonly number[]>>;
  /** The first of each signature. */
  readonly sightings: readonly Sighting[];
  /** What the cases have to offer to the corpus. */
  readonly candidates: readonly Candidate[];
  /** Milliseconds by stage. */
  readonly stages: Counts;
  /** The process should make no further cases. */
  readonly spoiled: boolean;
}

/** The Program of a case that could not be generated. */
export const NO_PROGRAM: Program = {
  modules: [],
  steps: [],
  schedule: NO_COLLECTIONS,
  collector: DEFAULT_KNOBS,
  limits: DEFAULT_PROGRAM_LIMITS,
};

export interface BatchContext {
  readonly plan: Plan;
  /** Those of the plan, in its order. */
  readonly generators: readonly Generator[];
  readonly twins: Twins;
  /** The one that the twins use. */
  readonly stopwatch: Stopwatch;
  /** Undefined when there is no feedback. */
  readonly breeding?: Breeding | undefined;
  /** Told of the Programs that will be examined next: those of the batch, which are then made before any of them is examined. */
  readonly ahead?: ((programs: readonly Program[]) => void) | undefined;
  /** Told of each case before it is made, and again before it runs. */
  readonly onCase?: (origin: Origin, program?: Program) => void;
}

/** A case that waits to be examined; it has no Program when its generator has broken down. */
interface Made {
  readonly position: number;
  readonly origin: Origin;
  readonly program: Program | undefined;
}

export function runBatch(batch: Batch, context: BatchContext): BatchResult {
  return new BatchRun(batch, context).run();
}

class BatchRun {
  readonly #batch: Batch;
  readonly #context: BatchContext;
  readonly #statistics = new Statistics();
  readonly #failures: Record<string, number[]> = {};
  readonly #sightings: Sighting[] = [];
  readonly #candidates: Candidate[] = [];
  #count = 0;
  #spoiled = false;

  constructor(batch: Batch, context: BatchContext) {
    this.#batch = batch;
    this.#context = context;
  }

  run(): BatchResult {
    const { first } = this.#batch;
    if (this.#context.ahead === undefined) for (; !this.#isOver(); this.#count++) this.#examine(this.#make(first + this.#count));
    else this.#runTogether(this.#context.ahead);
    return {
      first,
      count: this.#count,
      tally: this.#statistics.tally(),
      failures: this.#failures,
      sightings: this.#sightings,
      candidates: this.#candidates,
      stages: this.#context.stopwatch.take(),
      spoiled: this.#spoiled,
    };
  }

  #isOver(): boolean {
    const { count, stopAtFailure } = this.#batch;
    return this.#count >= count || this.#spoiled || (stopAtFailure && this.#sightings.length > 0);
  }

  #runTogether(ahead: (programs: readonly Program[]) => void): void {
    const { first, count, stopAtFailure } = this.#batch;
    const made: Made[] = [];
    while (made.length < count && !this.#spoiled) made.push(this.#make(first + made.length));
    ahead(made.flatMap(({ program }) => program ?? []));
    for (const one of made) {
      if (stopAtFailure && this.#sightings.length > 0) return;
      this.#examine(one);
      this.#count++;
    }
  }

  #make(position: number): Made {
    const { plan, generators, stopwatch, breeding, onCase } = this.#context;
    const draft = draftCase(position, { plan, generators, choice: breeding?.choice });
    const { origin } = draft;
    onCase?.(origin);
    const program = stopwatch.measure(origin.parent === undefined ? 'generate' : 'mutate', () => this.#generate(draft, position));
    return { position, origin, program };
  }

  #examine({ position, origin, program }: Made): void {
    const { twins, stopwatch, breeding, onCase } = this.#context;
    if (program === undefined) return;
    onCase?.(origin, program);
    const examination = twins(program, origin.caseNumber);
    this.#statistics.add(program, origin, examination);
    const { verdict } = examination;
    if (verdict.kind === 'disagree') this.#see({ position, failure: verdict.failure, origin, program });
    if (breeding?.isWatched(origin.caseNumber) === true) {
      const candidate = stopwatch.measure('watch', () => breeding.watch(position, program, examination));
      if (candidate !== undefined) this.#candidates.push(candidate);
    }
  }

  /** A generator that breaks down is a finding too, and the end of this process: its library may be unusable. */
  #generate({ origin, make }: Draft, position: number): Program | undefined {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof GeneratorError)) throw error;
      const failure: Failure = { oracle: 'crash', invariant: 'generator', operation: origin.generator, holders: [], message: error.message };
      this.#see({ position, failure, origin, program: NO_PROGRAM });
      this.#statistics.addBroken();
      this.#spoiled = true;
      return undefined;
    }
  }

  #see(sighting: Sighting): void {
    const signature = signatureOf(sighting.failure);
    if (this.#failures[signature] === undefined) this.#sightings.push(sighting);
    (this.#failures[signature] ??= []).push(sighting.position);
  }
}
