/** Shrinks findings one after the other in a process of its own, so that the hunt goes on meanwhile. */
import { isDeepStrictEqual } from 'node:util';
import type { Finding } from '#fuzz/findings/finding.ts';
import type { Minimised } from './minimise.ts';
import type { Plan } from './plan.ts';
import type { Death } from './worker-process.ts';
import { WorkerProcess } from './worker-process.ts';

/** @param settled false when it was stopped and might become smaller still */
export type OnShrunk = (finding: Finding, settled: boolean) => void;
/** @param death of the last process that tried */
export type OnGivenUp = (finding: Finding, death: Death) => void;

/** A process that dies while it shrinks may have been killed by someone; one that dies again and again was not. */
const ATTEMPTS = 5;

export class Shrinker {
  readonly #entry: URL;
  readonly #plan: Plan;
  readonly #onDone: OnShrunk;
  readonly #onGivenUp: OnGivenUp;
  readonly #queue: Finding[] = [];
  #worker: WorkerProcess | undefined;
  #workerPair: Plan['pair'];
  #cpuSeconds = 0;
  #isStopped = false;
  #work: Promise<void> = Promise.resolve();

  /**
   * @param onDone told of each finding in the order in which they were added
   * @param onGivenUp told before that of those that no process lives to shrink
   */
  constructor(entry: URL, plan: Plan, onDone: OnShrunk, onGivenUp: OnGivenUp) {
    this.#entry = entry;
    this.#plan = plan;
    this.#onDone = onDone;
    this.#onGivenUp = onGivenUp;
  }

  /** Of its processes. */
  get cpuSeconds(): number {
    return this.#cpuSeconds + (this.#worker?.usage.cpuSeconds ?? 0);
  }
  get rssBytes(): number {
    return this.#worker?.usage.rssBytes ?? 0;
  }
  get pid(): number | undefined {
    return this.#worker?.pid;
  }
  /** Findings that are not done. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** @param finding not shrunk yet */
  add(finding: Finding): void {
    this.#queue.push(finding);
    if (this.#queue.length === 1) this.#work = this.#workOff();
  }

  async #workOff(): Promise<void> {
    for (let finding; (finding = this.#queue[0]) !== undefined; this.#queue.shift()) {
      const shrunk = await this.#shrink(finding);
      this.#onDone(shrunk, !this.#isStopped || shrunk.shrinking.complete);
    }
  }

  async #shrink(finding: Finding): Promise<Finding> {
    const { original, failure } = finding;
    // What breaks a process down cannot be tried out inside one.
    if (failure.invariant === 'worker' || failure.invariant === 'generator') return finding;
    let smaller: Minimised | undefined;
    for (let attempt = 0; attempt < ATTEMPTS && !this.#isStopped; attempt++) {
      const worker = await this.#workerFor(finding);
      const answer = await worker.ask({ kind: 'shrink', program: original, failure }, Number.POSITIVE_INFINITY, (news) => {
        if (news.kind === 'smaller') smaller = news.smaller;
      });
      if (answer.kind === 'shrink') return withSmaller(finding, answer.minimised);
      this.#forgetWorker();
      if (attempt === ATTEMPTS - 1 && answer.kind === 'dead') this.#onGivenUp(finding, answer);
    }
    return smaller === undefined ? finding : withSmaller(finding, smaller);
  }
  /** It compares the engines that the finding names, which may be told more than those of the plan. */
  async #workerFor({ engines }: Finding): Promise<WorkerProcess> {
    const { pair } = this.#plan;
    const wanted: Plan = { ...this.#plan, pair: pair && { ...pair, ...engines } };
    if (this.#worker !== undefined && !isDeepStrictEqual(this.#workerPair, wanted.pair)) {
      await this.#worker.end();
      this.#forgetWorker();
    }
    this.#workerPair = wanted.pair;
    return (this.#worker ??= new WorkerProcess(this.#entry, wanted));
  }
  #forgetWorker(): void {
    this.#cpuSeconds = this.cpuSeconds;
    this.#worker = undefined;
  }

  /** Resolves when nothing is waiting. What is under way after so many milliseconds stays as small as it has become. */
  async finish(graceMs: number): Promise<void> {
    const limit = Number.isFinite(graceMs) ? setTimeout(() => this.stop(), graceMs) : undefined;
    await this.#work;
    clearTimeout(limit);
    await this.#worker?.end();
    this.#forgetWorker();
  }
  /** Ends at once; what is waiting stays as it is. */
  stop(): void {
    this.#isStopped = true;
    this.#worker?.kill();
  }
}

function withSmaller(finding: Finding, { program, failure, tries, complete }: Minimised): Finding {
  return { ...finding, program, failure, shrinking: { tries, complete } };
}
