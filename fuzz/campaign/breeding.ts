/** A worker's part in the feedback: its copy of the corpus, and what its cases may add to it. */
import type { Features } from '#fuzz/feedback/coverage.ts';
import type { Candidate, Corpus, CorpusUpdate, Interest } from '#fuzz/feedback/corpus.ts';
import { CorpusChoice, EMPTY_CORPUS, costOf, grow, interestOf } from '#fuzz/feedback/corpus.ts';
import { ObservingEngine } from '#fuzz/feedback/observing-engine.ts';
import type { Examination } from '#fuzz/oracles/examine.ts';
import { isDue } from '#fuzz/oracles/oracle.ts';
import { packProgram } from '#fuzz/program/record.ts';
import type { Program } from '#fuzz/program/program.ts';
import { trim } from './trim.ts';

/** One in so many cases is watched: it is run once more, and again for each attempt to trim it. */
const WATCHED = { every: 16 };

export class Breeding {
  #corpus: Corpus = EMPTY_CORPUS;
  #interest: Interest = interestOf(EMPTY_CORPUS);
  /** Undefined while there is nothing to choose from. */
  choice: CorpusChoice | undefined;
  readonly #engine = new ObservingEngine();

  update({ cases, candidates }: CorpusUpdate): void {
    if (cases === this.#corpus.cases) return;
    this.#corpus = grow(this.#corpus, candidates, cases);
    this.#interest = interestOf(this.#corpus);
    this.choice = this.#corpus.programs.length === 0 ? undefined : new CorpusChoice(this.#corpus);
  }

  /** Whether a case is among those that are watched: decided by its number alone. */
  isWatched(caseNumber: number): boolean {
    return isDue(WATCHED, caseNumber);
  }
  /** Watches a case. @returns what it has to offer, if it is worth reporting */
  watch(position: number, program: Program, { verdict, observation }: Examination): Candidate | undefined {
    // Whoever fails makes children that fail, and whoever runs into a limit says nothing.
    if (verdict.kind !== 'agree') return undefined;
    const features = this.#featuresOf(program);
    const wanted = this.#interest(features, costOf(program, observation));
    if (wanted.length === 0) return undefined;
    const isEnough = (candidate: Program): boolean => includesAll(this.#featuresOf(candidate), wanted);
    return this.#offer(position, trim(program, { steps: this.#engine.coverage.stepsOf(wanted), isEnough }));
  }
  #featuresOf(program: Program): Features {
    this.#engine.run(program);
    return this.#engine.coverage.features();
  }
  #offer(position: number, program: Program): Candidate {
    const observation = this.#engine.run(program);
    return { position, program: packProgram(program), features: this.#engine.coverage.features(), cost: costOf(program, observation) };
  }
}

function includesAll(features: Features, wanted: readonly number[]): boolean {
  const reached = new Set(features);
  return wanted.every((feature) => reached.has(feature));
}
