/**
 * The campaign: worker processes run cases, each made from the campaign's seed and its own number alone; what they find is
 * recorded at once, brought into the order of cases, and shrunk in the background. So the same plan finds the same with any number of
 * workers, whether or not it was interrupted. Clocks and signals only decide where it ends.
 */
import { pinned } from '#fuzz/engines/foreign/pin.ts';
import type { Finding, Versions } from '#fuzz/findings/finding.ts';
import type { Generator } from '#fuzz/generators/generator.ts';
import { generatorNamed } from '#fuzz/generators/registry.ts';
import type { BatchResult, Sighting } from './batch.ts';
import { BATCH_CASES } from './batch.ts';
import type { Coverage } from './corpora.ts';
import { Corpora } from './corpora.ts';
import { Hunter } from './hunter.ts';
import { EPOCHS_AHEAD, Ledger } from './ledger.ts';
import type { Plan } from './plan.ts';
import { caseNumberAt } from './plan.ts';
import type { OnGivenUp, OnShrunk } from './shrinker.ts';
import { Shrinker } from './shrinker.ts';
import type { Progress, State, WorkerCounts } from './state.ts';
import { addCounts, addTallies } from './statistics.ts';

const WORKER_MAIN = new URL('worker-main.ts', import.meta.url);
const TICK_MS = 200;
/** What is done is written down at the end of an epoch, and when so much time has passed: on a busy machine an epoch is long. */
const COMMIT_MS = 1000;
/** A batch takes well below a second. */
const HANG_MS = 20_000;
/** Engines in processes of their own have limits of their own, for each case of a batch; this is for ours. */
const FOREIGN_HANG_MS = 600_000;
/** Shrinking may go on for this long when the time is up, and when all cases are run. */
const SHRINK_GRACE_MS = { time: 10_000, runs: 600_000 } as const;

export interface CampaignOptions {
  readonly plan: Plan;
  readonly versions: Versions;
  /** Of this plan; goes on from where it stands. */
  readonly state: State;
  readonly workers: number;
  /** Cases of the campaign or shard, those of earlier sessions included. */
  readonly runs: number;
  /** Ends this session when so many milliseconds have passed. */
  readonly maxTimeMs: number;
  readonly stopAtFirstFinding: boolean;
  readonly interrupted: AbortSignal;
  /** Called for the first case of each signature before it is shrunk, and once more in each later session. */
  readonly onSighting: (finding: Finding) => void;
  /** Called for each of them again when it is as small as it will be. */
  readonly onFinding: (finding: Finding) => void;
  /** Called before that for those on which the process that shrinks has died again and again. */
  readonly onGivenUp: OnGivenUp;
  /** Called several times a second. */
  readonly onProgress: (report: CampaignReport) => void;
  /** A module that calls `serve`. */
  readonly workerEntry?: URL;
  readonly generators?: readonly Generator[];
  readonly hangMs?: number;
  /** Workers are replaced after so many cases. */
  readonly recycleAfter?: number;
}

export interface CampaignReport {
  /** Of all sessions, cases that are done but not yet in the file included. */
  readonly progress: Progress;
  /** Of this session. */
  readonly sessionCases: number;
  readonly sessionSeconds: number;
  readonly coverage: Coverage;
  readonly findings: number;
  /** Findings that wait to be shrunk. */
  readonly shrinking: number;
  readonly memory: { readonly parentBytes: number; readonly workerBytes: readonly number[] };
  /** Process ids, for tests that kill. */
  readonly workerPids: readonly number[];
}

export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const campaign = new Campaign(options);
  const killWorkers = (): void => campaign.killWorkers();
  process.once('exit', killWorkers);
  try {
    return await campaign.run();
  } finally {
    campaign.killWorkers();
    process.off('exit', killWorkers);
  }
}

class Campaign {
  readonly #options: CampaignOptions;
  readonly #before: Progress;
  /** What the file says is done. */
  #committed: Progress;
  #committedMs = performance.now();
  readonly #ledger: Ledger;
  readonly #corpora: Corpora;
  readonly #hunters: readonly Hunter[];
  readonly #shrinker: Shrinker;
  readonly #startMs = performance.now();
  readonly #startCpu = process.cpuUsage();
  /** Signatures of cases that are done. */
  readonly #counted = new Set<string>();
  /** Position of the next case to hand out. */
  #position: number;
  /** Cases from here on are not wanted. */
  #end: number;
  #isStopping = false;
  #wakeUp: () => void = () => {};
  #moved: Promise<void> = Promise.resolve();

  constructor(options: CampaignOptions) {
    const { plan, state, workers, runs, generators, workerEntry: entry = WORKER_MAIN, hangMs = plan.pair === undefined ? HANG_MS : FOREIGN_HANG_MS, recycleAfter } = options;
    this.#options = options;
    this.#before = this.#committed = state.progress;
    this.#position = this.#before.cases;
    this.#end = runs;
    this.#ledger = new Ledger(this.#before.cases, plan.epochCases);
    this.#corpora = new Corpora(state.candidates(), this.#before.cases, plan.epochCases);
    const hunter = { entry, plan, generators: generators ?? plan.profiles.map((name) => generatorNamed(name)!), hangMs, recycleAfter };
    this.#hunters = Array.from({ length: workers }, () => new Hunter(hunter));
    const settle: OnShrunk = (finding, settled) => {
      state.replace(finding, settled);
      options.onFinding(finding);
    };
    this.#shrinker = new Shrinker(entry, plan, settle, options.onGivenUp);
    this.#letMove();
  }

  async run(): Promise<CampaignReport> {
    const { interrupted } = this.#options;
    this.#takeUpFindings();
    const stop = (): void => this.#stop();
    const stopShrinking = (): void => this.#shrinker.stop();
    for (const act of [stop, stopShrinking]) interrupted.addEventListener('abort', act);
    if (interrupted.aborted) stop();
    const ticks = setInterval(() => this.#tick(), TICK_MS);
    try {
      await Promise.all(this.#hunters.map((hunter) => this.#hunt(hunter)));
      this.#commit();
      await this.#shrinker.finish(this.#graceMs());
      this.#commit();
    } finally {
      clearInterval(ticks);
      for (const act of [stop, stopShrinking]) interrupted.removeEventListener('abort', act);
    }
    return this.#report();
  }
  #graceMs(): number {
    if (this.#options.interrupted.aborted) return 0;
    return this.#elapsedMs() >= this.#options.maxTimeMs ? SHRINK_GRACE_MS.time : SHRINK_GRACE_MS.runs;
  }

  killWorkers(): void {
    for (const hunter of this.#hunters) hunter.kill();
    this.#shrinker.stop();
  }

  /** Findings of earlier sessions; some of them may not be shrunk to the end, or have no folder yet. */
  #takeUpFindings(): void {
    for (const { signature, finding, cases, settled } of this.#options.state.findings()) {
      if (cases === 0) continue;
      this.#counted.add(signature);
      this.#options.onSighting(finding);
      if (!settled) this.#shrinker.add(finding);
    }
  }

  // --- Handing out -------------------------------------------------------------------------------------------

  async #hunt(hunter: Hunter): Promise<void> {
    try {
      for (let batch; (batch = await this.#nextBatch()) !== undefined; ) {
        const corpus = this.#corpora.ofEpoch(this.#epochOf(batch.first));
        await hunter.run({ ...batch, stopAtFailure: this.#options.stopAtFirstFinding }, corpus, (result) => this.#accept(result));
      }
    } catch (error) {
      this.#stop();
      throw error;
    } finally {
      await hunter.end();
    }
  }

  async #nextBatch(): Promise<{ readonly first: number; readonly count: number } | undefined> {
    for (;;) {
      if (this.#isStopping || this.#position >= this.#end || this.#elapsedMs() >= this.#options.maxTimeMs) return undefined;
      const epoch = this.#epochOf(this.#position);
      if (epoch < this.#epochOf(this.#ledger.next) + EPOCHS_AHEAD) {
        const first = this.#position;
        this.#position = Math.min(first + BATCH_CASES, (epoch + 1) * this.#options.plan.epochCases, this.#end);
        return { first, count: this.#position - first };
      }
      await this.#moved;
    }
  }
  #epochOf(position: number): number {
    return Math.floor(position / this.#options.plan.epochCases);
  }
  /** Those who wait for the ledger look again. */
  #letMove(): void {
    this.#wakeUp();
    this.#moved = new Promise((resolve) => (this.#wakeUp = resolve));
  }
  #stop(): void {
    this.#isStopping = true;
    this.#letMove();
  }
  #tick(): void {
    if (this.#elapsedMs() >= this.#options.maxTimeMs) this.#stop();
    this.#options.onProgress(this.#report());
  }

  // --- Taking in ---------------------------------------------------------------------------------------------

  #accept(result: BatchResult): void {
    const { state, stopAtFirstFinding } = this.#options;
    for (const sighting of result.sightings) {
      if (sighting.position >= this.#end) continue;
      // Before anything else: from here on it cannot be lost.
      state.see(this.#findingOf(sighting), this.#cpuSeconds());
      if (stopAtFirstFinding) this.#end = Math.min(this.#end, sighting.position + 1);
    }
    this.#corpora.add(result.candidates);
    this.#ledger.add(result, this.#end);
    this.#corpora.advance(this.#ledger.next);
    if (this.#ledger.epochIsOver || performance.now() - this.#committedMs >= COMMIT_MS) this.#commit();
    this.#letMove();
  }
  #findingOf({ failure, origin, program }: Sighting): Finding {
    const { plan, versions } = this.#options;
    return { program, original: program, failure, fault: plan.fault, ...(plan.pair && { engines: pinned(plan.pair, program, failure.flags) }), origin, versions, shrinking: { tries: 0, complete: false } };
  }

  /** Writes down what is done, then has what is new in it shrunk. */
  #commit(): void {
    const { state, plan, onSighting } = this.#options;
    const { failures, candidates, ...done } = this.#ledger.take();
    this.#committed = this.#progressWith(done);
    const recurrences = [...failures].map(([signature, positions]) => ({
      signature,
      cases: positions.length,
      lastCase: caseNumberAt(plan.shard, positions.at(-1)!),
    }));
    state.commit(this.#committed, recurrences, { added: candidates, oldest: this.#corpora.oldest });
    this.#committedMs = performance.now();
    const fresh = [...failures.keys()].filter((signature) => !this.#counted.has(signature));
    if (fresh.length === 0) return;
    for (const { signature, finding } of state.findings()) {
      if (!fresh.includes(signature)) continue;
      this.#counted.add(signature);
      onSighting(finding);
      this.#shrinker.add(finding);
    }
  }

  // --- Reporting ---------------------------------------------------------------------------------------------

  #elapsedMs(): number {
    return performance.now() - this.#startMs;
  }
  #cpuSeconds(): number {
    const { user, system } = process.cpuUsage(this.#startCpu);
    const children = [...this.#hunters, this.#shrinker].reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    return this.#before.cpuSeconds + (user + system) / 1e6 + children;
  }
  #workerCounts(): WorkerCounts {
    const total = (key: keyof WorkerCounts): number => this.#hunters.reduce((sum, hunter) => sum + hunter[key], this.#before.workers[key]);
    return { started: total('started'), recycled: total('recycled'), died: total('died') };
  }
  #progressWith({ count, tally, stages }: Pick<Ledger['pending'], 'count' | 'tally' | 'stages'>): Progress {
    return {
      cases: this.#committed.cases + count,
      tally: addTallies(this.#committed.tally, tally),
      stages: addCounts(this.#committed.stages, stages),
      seconds: this.#before.seconds + this.#elapsedMs() / 1000,
      cpuSeconds: this.#cpuSeconds(),
      workers: this.#workerCounts(),
    };
  }
  #report(): CampaignReport {
    const progress = this.#progressWith(this.#ledger.pending);
    const busy = [...this.#hunters, this.#shrinker];
    return {
      progress,
      sessionCases: progress.cases - this.#before.cases,
      sessionSeconds: this.#elapsedMs() / 1000,
      coverage: this.#corpora.coverage,
      findings: this.#counted.size,
      shrinking: this.#shrinker.waiting,
      memory: { parentBytes: process.memoryUsage.rss(), workerBytes: busy.map(({ rssBytes }) => rssBytes).filter((bytes) => bytes > 0) },
      workerPids: busy.flatMap(({ pid }) => pid ?? []),
    };
  }
}
