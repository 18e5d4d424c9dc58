/** Cases in a row, run and summed up: the unit of work that a worker is given. */
import type { Candidate } from '#fuzz/feedback/corpus.ts';
import type { Origin } from '#fuzz/findings/finding.ts';
import type { Generator } from '#fuzz/generators/generator.ts';
import { GeneratorError } from '#fuzz/generators/generator.ts';
import type { Examination, Jury } from '#fuzz/oracles/examine.ts';
import type { Failure } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { Breeding } from './breeding.ts';
import { draftCase } from './cases.ts';
import type { Plan } from './plan.ts';
import type { Counts, Tally } from './statistics.ts';
import { Statistics } from './statistics.ts';
import type { Stopwatch } from './stopwatch.ts';

/** In most batches. More of them at a time are not examined faster. */
export const BATCH_CASES = 32;

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
  /** The process should make no further cases: a generator has broken down, and its library may be unusable. */
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
  readonly jury: Jury;
  /** The one that the jury uses. */
  readonly stopwatch: Stopwatch;
  /** Undefined when there is no feedback. */
  readonly breeding?: Breeding | undefined;
  /** Told of each case before it is made, and again before it runs; of a batch of several, before all of them do. */
  readonly onCase?: (origin: Origin, program?: Program) => void;
}

/** A case that waits to be examined. */
interface Made {
  readonly position: number;
  readonly origin: Origin;
  /** Or how its generator has broken down. */
  readonly made: Program | GeneratorError;
}

function isBroken(made: Made | undefined): boolean {
  return made?.made instanceof GeneratorError;
}
function programOrError(make: () => Program): Program | GeneratorError {
  try {
    return make();
  } catch (error) {
    if (error instanceof GeneratorError) return error;
    throw error;
  }
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

  constructor(batch: Batch, context: BatchContext) {
    this.#batch = batch;
    this.#context = context;
  }

  run(): BatchResult {
    const { first, stopAtFailure } = this.#batch;
    const cases = this.#makeAll();
    const examinations = this.#examineAll(cases);
    for (const [i, one] of cases.entries()) {
      if (stopAtFailure && this.#sightings.length > 0) break;
      this.#count++;
      this.#note(one, examinations[i]);
    }
    return {
      first,
      count: this.#count,
      tally: this.#statistics.tally(),
      failures: this.#failures,
      sightings: this.#sightings,
      candidates: this.#candidates,
      stages: this.#context.stopwatch.take(),
      spoiled: isBroken(cases.at(-1)),
    };
  }

  /** Makes all cases before any is examined: each takes less time at a stretch. One that cannot be made is the last. */
  #makeAll(): readonly Made[] {
    const { first, count } = this.#batch;
    const cases: Made[] = [];
    while (cases.length < count && !isBroken(cases.at(-1))) cases.push(this.#make(first + cases.length));
    return cases;
  }
  #make(position: number): Made {
    const { plan, generators, stopwatch, breeding, onCase } = this.#context;
    const { origin, make } = draftCase(position, { plan, generators, choice: breeding?.choice });
    onCase?.(origin);
    const made = stopwatch.measure(origin.parent === undefined ? 'generate' : 'mutate', () => programOrError(make));
    return { position, origin, made };
  }

  /** @returns as many as there are Programs */
  #examineAll(cases: readonly Made[]): readonly Examination[] {
    const { jury, onCase } = this.#context;
    return jury.examineAll(
      cases.flatMap(({ origin, made }) => {
        if (made instanceof GeneratorError) return [];
        onCase?.(origin, made);
        return { program: made, caseNumber: origin.caseNumber };
      }),
    );
  }

  #note({ position, origin, made }: Made, examination: Examination | undefined): void {
    if (made instanceof GeneratorError) {
      // A finding, too.
      const failure: Failure = { oracle: 'crash', invariant: 'generator', operation: origin.generator, holders: [], message: made.message };
      this.#see({ position, failure, origin, program: NO_PROGRAM });
      this.#statistics.addBroken();
      return;
    }
    this.#statistics.add(made, origin, examination!);
    const { verdict } = examination!;
    if (verdict.kind === 'disagree') this.#see({ position, failure: verdict.failure, origin, program: made });
    const { breeding, stopwatch } = this.#context;
    if (breeding?.isWatched(origin.caseNumber) !== true) return;
    const candidate = stopwatch.measure('watch', () => breeding.watch(position, made, examination!));
    if (candidate !== undefined) this.#candidates.push(candidate);
  }

  #see(sighting: Sighting): void {
    const signature = signatureOf(sighting.failure);
    if (this.#failures[signature] === undefined) this.#sightings.push(sighting);
    (this.#failures[signature] ??= []).push(sighting.position);
  }
}
