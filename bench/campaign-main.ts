/** Entry of the process that measures cases, as `campaign.ts` tells. */
import { runBatch } from '#fuzz/campaign/batch.ts';
import { Breeding } from '#fuzz/campaign/breeding.ts';
import { EPOCH_CASES, MUTATIONS, WHOLE } from '#fuzz/campaign/plan.ts';
import type { Counts } from '#fuzz/campaign/statistics.ts';
import { Stopwatch } from '#fuzz/campaign/stopwatch.ts';
import type { Twins } from '#fuzz/campaign/twins.ts';
import { ALL_ORACLES, twins } from '#fuzz/campaign/twins.ts';
import type { Corpus } from '#fuzz/feedback/corpus.ts';
import { EMPTY_CORPUS, grow, updateSince } from '#fuzz/feedback/corpus.ts';
import type { Generator } from '#fuzz/generators/generator.ts';
import { GENERATORS } from '#fuzz/generators/registry.ts';
import { selfCopy } from '#fuzz/generators/self-copy/self-copy.ts';
import type { Reader } from '#fuzz/oracles/readers.ts';
import { loadReaders } from '#fuzz/oracles/readers.ts';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import { median, time } from './measure.ts';
import type { BenchResult } from './result.ts';
import { result } from './result.ts';

const BYTES = { min: 700, max: 1100 };
const MODULES = 30;
/** In a round. */
const CASES = { mixed: 200, profile: 40 };
const ROUNDS = 15;
/** Not counted: the JavaScript engine takes its time with code as large as this, and the corpus has to grow. */
const WARM_UP = { modules: 30, epochs: 40 };

/** Binaryen building and emitting modules of about 900 bytes; that we decode them, as a generator does, is taken off. */
class Building {
  readonly #seeds: number[] = [];
  readonly #modules: Uint8Array[] = [];

  constructor() {
    for (let seed = 0; this.#seeds.length < MODULES; seed++) {
      const bytes = encode(selfCopy.generate(seed).modules[0]!.module);
      if (bytes.length < BYTES.min || bytes.length > BYTES.max) continue;
      this.#seeds.push(seed);
      this.#modules.push(bytes);
    }
  }

  run(): Spent {
    const whole = time(() => this.#seeds.forEach((seed) => selfCopy.generate(seed)));
    const decoding = time(() => this.#modules.forEach((bytes) => decode(bytes)));
    return { msPerCase: (whole - decoding) / MODULES, stages: {} };
  }
}

type Spent = { readonly msPerCase: number; readonly stages: Counts };

/** A campaign in this process, one epoch after the other. */
class Hunt {
  readonly #stopwatch = new Stopwatch();
  readonly #breeding = new Breeding();
  readonly #twins: Twins;
  #corpus: Corpus = EMPTY_CORPUS;

  constructor(readers: readonly Reader[]) {
    this.#twins = twins({ fault: undefined, oracles: ALL_ORACLES, readers, stopwatch: this.#stopwatch });
  }

  /** Runs the next cases, made from what all cases before them have reached. @param mutations share of them */
  run(generator: Generator, count: number, mutations: number): Spent {
    const { cases: first } = this.#corpus;
    const plan = { seed: 1, profiles: [generator.name], fault: undefined, oracles: [], shard: WHOLE, mutations, epochCases: count };
    const context = { plan, generators: [generator], twins: this.#twins, stopwatch: this.#stopwatch, breeding: this.#breeding };
    const start = performance.now();
    const { stages, sightings, candidates } = runBatch({ first, count, stopAtFailure: false }, context);
    const ms = performance.now() - start;
    if (sightings.length > 0) throw new Error(`a healthy runtime is said to be wrong: ${sightings[0]!.failure.message}`);
    this.#corpus = grow(this.#corpus, candidates, first + count);
    this.#breeding.update(updateSince(this.#corpus, first));
    return { msPerCase: ms / count, stages: Object.fromEntries(Object.entries(stages).map(([stage, spent]) => [stage, spent / count])) };
  }
}

function medianSpent(samples: readonly Spent[]): Spent {
  const stages = new Set(samples.flatMap((sample) => Object.keys(sample.stages)));
  return {
    msPerCase: median(samples.map(({ msPerCase }) => msPerCase)),
    stages: Object.fromEntries([...stages].map((stage) => [stage, median(samples.map((sample) => sample.stages[stage] ?? 0))])),
  };
}

async function measure(): Promise<readonly BenchResult[]> {
  const building = new Building();
  const hunt = new Hunt(await loadReaders());
  const [mixed, ...profiles] = GENERATORS;
  for (let epoch = 0; epoch < WARM_UP.epochs; epoch++) hunt.run(mixed!, EPOCH_CASES, MUTATIONS);
  for (let round = 0; round < WARM_UP.modules; round++) building.run();
  const contenders = [
    { name: 'mutated cases of mixed', aim: 'at least 0.43', samples: [] as Spent[], run: () => hunt.run(mixed!, CASES.mixed, 1) },
    { name: 'fresh cases of mixed', aim: 'at least 0.17', samples: [] as Spent[], run: () => hunt.run(mixed!, CASES.mixed, 0) },
    ...profiles.map((generator) => ({ name: `fresh cases of ${generator.name}`, aim: undefined, samples: [] as Spent[], run: () => hunt.run(generator, CASES.profile, 0) })),
  ];
  const builds: Spent[] = [];
  // Rounds go through all contenders, and binaryen comes before each of them, so that a machine whose speed drifts treats them alike.
  for (let round = 0; round < ROUNDS; round++) {
    for (const { samples, run } of contenders) {
      builds.push(building.run());
      samples.push(run());
    }
  }
  const built = { name: 'binaryen building and emitting', ...medianSpent(builds) };
  const spent = contenders.map(({ name, aim, samples }) => ({ name, aim, ...medianSpent(samples) }));
  const baseline = { name: built.name, value: 1000 / built.msPerCase };
  const perModule = { name: built.name, value: 1000 * built.msPerCase };
  return [
    ...spent.map(({ name, aim, msPerCase }) => result(`campaign: ${name}`, 1000 / msPerCase, '1/s', baseline, aim)),
    ...spent.slice(0, 2).flatMap(({ name, stages }) => Object.entries(stages).map(([stage, ms]) => result(`campaign: ${name}, ${stage}`, 1000 * ms, 'µs', perModule))),
  ];
}

process.send!(await measure());
