/**
 * The campaign: case after case, each made from the campaign's seed and its own number alone, run on the twins and
 * judged; the first case of each signature is shrunk and reported. Clocks and signals only decide where it ends.
 */
import { setImmediate } from 'node:timers/promises';
import type { Failure } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Finding, Origin, Versions } from '#fuzz/findings/finding.ts';
import type { Generator } from '#fuzz/generators/generator.ts';
import { GeneratorError } from '#fuzz/generators/generator.ts';
import { Random } from '#fuzz/generators/random.ts';
import type { Program } from '#fuzz/program/program.ts';
import { shrink } from '#fuzz/shrink/shrink.ts';
import type { Tally } from './statistics.ts';
import { Statistics } from './statistics.ts';
import type { Twins } from './twins.ts';

/** How long the event loop, and with it Ctrl-C, may have to wait. */
const TURN_MS = 50;
/** Shrinking may go on for this long after the time is up. */
const SHRINK_GRACE_MS = 10_000;

export interface CampaignOptions {
  /** 32 bits. */
  readonly seed: number;
  readonly generators: readonly Generator[];
  readonly twins: Twins;
  /** Recorded in findings. */
  readonly fault: string | undefined;
  readonly versions: Versions;
  /** Cases to run, from case 0. */
  readonly runs: number;
  /** Ends the campaign when so many milliseconds have passed. */
  readonly maxTimeMs: number;
  readonly stopAtFirstFinding: boolean;
  readonly interrupted: AbortSignal;
  /** Called for the first case of each signature. */
  readonly onFinding: (discovery: Discovery) => void;
  /** Called every now and then. */
  readonly onProgress: (report: CampaignReport) => void;
}

/** A finding and what it cost. */
export interface Discovery {
  readonly finding: Finding;
  /** Of this process, from the start of the campaign until the case was seen to fail. */
  readonly cpuSeconds: number;
}

export interface CampaignReport {
  readonly tally: Tally;
  readonly discoveries: readonly Discovery[];
  readonly seconds: number;
  /** Of this process, shrinking included. */
  readonly cpuSeconds: number;
  /** What broke down, if anything did; then the campaign has ended early. */
  readonly defect: GeneratorError | undefined;
}

/** Which generator makes case `caseNumber`, and from which seed. */
export function originOf(campaignSeed: number, caseNumber: number, generators: readonly Generator[]): { readonly origin: Origin; readonly generator: Generator } {
  const random = new Random(campaignSeed, caseNumber);
  const generator = random.pick(generators);
  const origin = {
    campaignSeed,
    caseNumber,
    generator: generator.name,
    generatorVersion: generator.version,
    generatorSeed: random.bits(),
  };
  return { origin, generator };
}

export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const campaign = new Campaign(options);
  await campaign.run();
  return campaign.report();
}

class Campaign {
  readonly #options: CampaignOptions;
  readonly #statistics = new Statistics();
  readonly #signatures = new Set<string>();
  readonly #discoveries: Discovery[] = [];
  readonly #startMs = performance.now();
  readonly #startCpu = process.cpuUsage();
  #defect: GeneratorError | undefined;

  constructor(options: CampaignOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { runs, interrupted, onProgress } = this.#options;
    let turnMs = performance.now();
    for (let caseNumber = 0; caseNumber < runs && !this.#isOver(); caseNumber++) {
      this.#runCase(caseNumber);
      if (performance.now() - turnMs < TURN_MS) continue;
      await setImmediate();
      if (interrupted.aborted) return;
      onProgress(this.report());
      turnMs = performance.now();
    }
  }
  #isOver(): boolean {
    const { maxTimeMs, stopAtFirstFinding } = this.#options;
    if (this.#defect !== undefined || (stopAtFirstFinding && this.#discoveries.length > 0)) return true;
    return this.#elapsedMs() >= maxTimeMs;
  }
  #elapsedMs(): number {
    return performance.now() - this.#startMs;
  }
  #cpuSeconds(): number {
    const { user, system } = process.cpuUsage(this.#startCpu);
    return (user + system) / 1e6;
  }

  #runCase(caseNumber: number): void {
    const { origin, generator } = originOf(this.#options.seed, caseNumber, this.#options.generators);
    const program = this.#generate(generator, origin.generatorSeed);
    if (program === undefined) return;
    const { verdict, observation } = this.#options.twins(program);
    this.#statistics.add(program, observation, verdict);
    if (verdict.kind === 'disagree') this.#discover(program, verdict.failure, origin);
  }
  #generate(generator: Generator, seed: number): Program | undefined {
    try {
      return generator.generate(seed);
    } catch (error) {
      if (!(error instanceof GeneratorError)) throw error;
      this.#defect = error;
      return undefined;
    }
  }

  #discover(original: Program, failure: Failure, origin: Origin): void {
    const signature = signatureOf(failure);
    if (this.#signatures.has(signature)) return;
    this.#signatures.add(signature);
    const cpuSeconds = this.#cpuSeconds();
    const discovery = { finding: this.#minimise(original, failure, origin), cpuSeconds };
    this.#discoveries.push(discovery);
    this.#options.onFinding(discovery);
  }
  #minimise(original: Program, failure: Failure, origin: Origin): Finding {
    const { twins, fault, versions, maxTimeMs } = this.#options;
    const signature = signatureOf(failure);
    const failureOf = (program: Program): Failure | undefined => {
      const { verdict } = twins(program);
      return verdict.kind === 'disagree' ? verdict.failure : undefined;
    };
    const isInteresting = (program: Program): boolean => {
      const found = failureOf(program);
      return found !== undefined && signatureOf(found) === signature;
    };
    const stop = (): boolean => this.#elapsedMs() > maxTimeMs + SHRINK_GRACE_MS;
    const { program, tries, complete } = shrink(original, isInteresting, { stop });
    // The message tells of the small Program, not of the one that was found.
    return { program, original, failure: failureOf(program) ?? failure, fault, origin, versions, shrinking: { tries, complete } };
  }

  report(): CampaignReport {
    return {
      tally: this.#statistics.tally(),
      discoveries: this.#discoveries,
      seconds: this.#elapsedMs() / 1000,
      cpuSeconds: this.#cpuSeconds(),
      defect: this.#defect,
    };
  }
}
