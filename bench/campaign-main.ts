/** Entry of the process that measures cases, as `campaign.ts` tells. */
import { BATCH_CASES, runBatch } from '#fuzz/campaign/batch.ts';
import { Breeding } from '#fuzz/campaign/breeding.ts';
import { EPOCH_CASES, MUTATIONS, WHOLE } from '#fuzz/campaign/plan.ts';
import type { Counts } from '#fuzz/campaign/statistics.ts';
import { addCounts } from '#fuzz/campaign/statistics.ts';
import { Stopwatch } from '#fuzz/campaign/stopwatch.ts';
import { ALL_ORACLES, twins } from '#fuzz/campaign/twins.ts';
import type { Corpus } from '#fuzz/feedback/corpus.ts';
import { EMPTY_CORPUS, grow, updateSince } from '#fuzz/feedback/corpus.ts';
import type { Generator } from '#fuzz/generators/generator.ts';
import { GENERATORS } from '#fuzz/generators/registry.ts';
import { selfCopy } from '#fuzz/generators/self-copy/self-copy.ts';
import type { Jury } from '#fuzz/oracles/examine.ts';
import type { Reader } from '#fuzz/oracles/readers.ts';
import { loadReaders } from '#fuzz/oracles/readers.ts';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import { median, time } from './measure.ts';
import type { BenchResult } from './result.ts';
import { result } from './result.ts';

const BYTES = { min: 700, max: 1100 };
const MODULES = 30;
/** Batches in a round. */
const BATCHES = { mixed: 6, profile: 1 };
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
  readonly #jury: Jury;
  #corpus: Corpus = EMPTY_CORPUS;

  constructor(readers: readonly Reader[]) {
    this.#jury = twins({ fault: undefined, oracles: ALL_ORACLES, readers, stopwatch: this.#stopwatch });
  }

  /** Runs the next cases, made from what all cases before them have reached. @param mutations share of them */
  run(generator: Generator, batches: number, mutations: number): Spent {
    const { cases: first } = this.#corpus;
    const count = batches * BATCH_CASES;
    const plan = { seed: 1, profiles: [generator.name], fault: undefined, oracles: [], shard: WHOLE, mutations, epochCases: count };
    const context = { plan, generators: [generator], jury: this.#jury, stopwatch: this.#stopwatch, breeding: this.#breeding };
    const start = performance.now();
    const results = Array.from({ length: batches }, (_, i) => runBatch({ first: first + i * BATCH_CASES, count: BATCH_CASES, stopAtFailure: false }, context));
    const ms = performance.now() - start;
    const sighting = results.flatMap(({ sightings }) => sightings)[0];
    if (sighting !== undefined) throw new Error(`a healthy runtime is said to be wrong: ${sighting.failure.message}`);
    this.#corpus = grow(this.#corpus, results.flatMap(({ candidates }) => candidates), first + count);
    this.#breeding.update(updateSince(this.#corpus, first));
    const stages = results.map((result) => result.stages).reduce(addCounts);
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
  for (let epoch = 0; epoch < WARM_UP.epochs; epoch++) hunt.run(mixed!, EPOCH_CASES / BATCH_CASES, MUTATIONS);
  for (let round = 0; round < WARM_UP.modules; round++) building.run();
  const contenders = [
    { name: 'mutated cases of mixed', aim: 'at least 0.43', samples: [] as Spent[], run: () => hunt.run(mixed!, BATCHES.mixed, 1) },
    { name: 'fresh cases of mixed', aim: 'at least 0.17', samples: [] as Spent[], run: () => hunt.run(mixed!, BATCHES.mixed, 0) },
    ...profiles.map((generator) => ({ name: `fresh cases of ${generator.name}`, aim: undefined, samples: [] as Spent[], run: () => hunt.run(generator, BATCHES.profile, 0) })),
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
