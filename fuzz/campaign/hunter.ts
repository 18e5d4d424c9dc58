/**
 * One worker's place in the campaign: whoever has it, a process is there that runs batches. A process that dies is replaced, and what it
 * was doing is tried again case by case, so that exactly the case that kills is blamed; one that was killed from outside
 * costs nothing but time.
 */
import type { Generator } from '#fuzz/generators/generator.ts';
import type { Corpus } from '#fuzz/feedback/corpus.ts';
import { updateSince } from '#fuzz/feedback/corpus.ts';
import type { Batch, BatchResult } from './batch.ts';
import type { Announced } from './casualty.ts';
import { casualty } from './casualty.ts';
import type { Plan } from './plan.ts';
import type { Death } from './worker-process.ts';
import { WorkerProcess } from './worker-process.ts';

/** Beyond this, a process is replaced. Binaryen keeps about 0.75 KB for each fresh group of types, and heaps fragment. */
const MAX_RSS_BYTES = 1000 << 20;
const RECYCLE_AFTER = 100_000;
/** So many processes in a row that die before they can do anything are no accident. */
const MAX_FAILED_STARTS = 5;
/** A case that ends its process when it is alone in it so many times is to blame. */
const CRASHES_TO_BLAME = 2;

export interface HunterOptions {
  readonly entry: URL;
  readonly plan: Plan;
  readonly generators: readonly Generator[];
  /** Milliseconds after which a batch, or a case alone, hangs. */
  readonly hangMs: number;
  /** A process is replaced after so many cases, whatever its memory. */
  readonly recycleAfter?: number | undefined;
}

/** Workers cannot be started: a defect of ours or of the machine. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
}

type Attempt = { readonly kind: 'done'; readonly result: BatchResult } | { readonly kind: 'died'; readonly death: Death; readonly announced: Announced };

export class Hunter {
  started = 0;
  recycled = 0;
  died = 0;
  readonly #options: HunterOptions;
  #worker: WorkerProcess | undefined;
  #cases = 0;
  /** So many cases the worker's corpus takes account of. */
  #known = 0;
  #cpuSecondsBefore = 0;

  constructor(options: HunterOptions) {
    this.#options = options;
  }

  get cpuSeconds(): number {
    return this.#cpuSecondsBefore + (this.#worker?.usage.cpuSeconds ?? 0);
  }
  get rssBytes(): number {
    return this.#worker?.usage.rssBytes ?? 0;
  }
  get pid(): number | undefined {
    return this.#worker?.pid;
  }

  /**
   * Runs all cases of a batch, however many processes it takes.
   * @param corpus that the cases are made from
   * @param onResult told of cases in their order; ends early after a failure if the batch says so
   * @throws WorkerError
   */
  async run(batch: Batch, corpus: Corpus, onResult: (result: BatchResult) => void): Promise<void> {
    const end = batch.first + batch.count;
    for (let first = batch.first; first < end; ) {
      const attempt = await this.#attempt({ ...batch, first, count: end - first }, corpus, false);
      const result = attempt.kind === 'done' ? attempt.result : await this.#runAlone({ ...batch, first, count: 1 }, corpus);
      onResult(result);
      if (batch.stopAtFailure && result.sightings.length > 0) return;
      first += result.count;
      if (attempt.kind === 'died') {
        // The rest one by one, too: the one that kills may be any of them.
        for (; first < end; first++) {
          const alone = await this.#runAlone({ ...batch, first, count: 1 }, corpus);
          onResult(alone);
          if (batch.stopAtFailure && alone.sightings.length > 0) return;
        }
      }
    }
  }

  async #runAlone(batch: Batch, corpus: Corpus): Promise<BatchResult> {
    const { plan, generators } = this.#options;
    for (let crashes = 1; ; crashes++) {
      const attempt = await this.#attempt(batch, corpus, true);
      if (attempt.kind === 'done') return attempt.result;
      const { death, announced } = attempt;
      if (death.cause === 'hang' || crashes >= CRASHES_TO_BLAME) return casualty(batch.first, death, announced, plan, generators);
    }
  }

  async #attempt(batch: Batch, corpus: Corpus, careful: boolean): Promise<Attempt> {
    for (let failedStarts = 0; ; failedStarts++) {
      const worker = this.#ensureWorker();
      let announced: Announced;
      const answer = await worker.ask({ kind: 'batch', batch, corpus: updateSince(corpus, this.#known), careful }, this.#options.hangMs, (news) => {
        if (news.kind === 'case') announced = news;
      });
      if (answer.kind === 'batch') {
        this.#known = corpus.cases;
        await this.#recycleIfWorn(answer.result);
        return { kind: 'done', result: answer.result };
      }
      this.#forgetWorker();
      this.died++;
      if (answer.kind === 'dead' && answer.started) return { kind: 'died', death: answer, announced };
      if (failedStarts + 1 >= MAX_FAILED_STARTS) {
        throw new WorkerError(`workers cannot be started: ${answer.kind === 'dead' ? `${answer.how}; ${answer.lastWords}` : 'wrong answer'}`);
      }
    }
  }

  #ensureWorker(): WorkerProcess {
    if (this.#worker !== undefined) return this.#worker;
    this.started++;
    this.#cases = this.#known = 0;
    return (this.#worker = new WorkerProcess(this.#options.entry, this.#options.plan));
  }
  #forgetWorker(): void {
    this.#cpuSecondsBefore = this.cpuSeconds;
    this.#worker = undefined;
  }
  async #recycleIfWorn({ count, spoiled }: BatchResult): Promise<void> {
    this.#cases += count;
    const { recycleAfter = RECYCLE_AFTER } = this.#options;
    if (!spoiled && this.#cases < recycleAfter && this.rssBytes < MAX_RSS_BYTES) return;
    this.recycled++;
    await this.end();
  }

  async end(): Promise<void> {
    await this.#worker?.end();
    this.#forgetWorker();
  }
  /** At once, whatever it is doing. */
  kill(): void {
    this.#worker?.kill();
  }
}
