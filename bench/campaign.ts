/**
 * Cases per second on one core, from seed to verdict with all oracles of the process on: the mean over all profiles. Against
 * binaryen building and emitting a module of about 900 bytes, in the same run.
 */
import binaryen from 'binaryen';
import type { Counts } from '#fuzz/campaign/statistics.ts';
import { runBatch } from '#fuzz/campaign/batch.ts';
import { EPOCH_CASES, WHOLE } from '#fuzz/campaign/plan.ts';
import { addCounts } from '#fuzz/campaign/statistics.ts';
import { Stopwatch } from '#fuzz/campaign/stopwatch.ts';
import { ALL_ORACLES, twins } from '#fuzz/campaign/twins.ts';
import { FEATURES } from '#fuzz/generators/binaryen-module.ts';
import { GENERATORS } from '#fuzz/generators/registry.ts';
import { selfCopy } from '#fuzz/generators/self-copy/self-copy.ts';
import { loadReaders } from '#fuzz/oracles/readers.ts';
import { encode } from '#wasm/binary/encode.ts';
import { compare, median, time } from './measure.ts';
import type { Bench, BenchResult } from './result.ts';
import { result } from './result.ts';

const BYTES = { min: 700, max: 1100 };
const MODULES = 30;
const CASES = 20;
const ROUNDS = 6;
/** Rounds that are not counted: the JavaScript engine takes its time with code as large as this. */
const WARM_UP = { modules: 30, cases: 8 };

/** Modules per second that binaryen builds and emits; its validation, which a generator adds, is taken off. */
function binaryenPerSecond(): number {
  const seeds: number[] = [];
  const modules: binaryen.Module[] = [];
  for (let seed = 0; seeds.length < MODULES; seed++) {
    const bytes = encode(selfCopy.generate(seed).modules[0]!.module);
    if (bytes.length < BYTES.min || bytes.length > BYTES.max) continue;
    const module = binaryen.readBinary(bytes);
    module.setFeatures(FEATURES);
    seeds.push(seed);
    modules.push(module);
  }
  const [whole, validation] = compare([() => seeds.forEach((seed) => selfCopy.generate(seed)), () => modules.forEach((module) => module.validate())], ROUNDS, WARM_UP.modules);
  for (const module of modules) module.dispose();
  return (1000 * MODULES) / (whole! - validation!);
}

async function run(): Promise<readonly BenchResult[]> {
  const baseline = { name: 'binaryen building and emitting', value: binaryenPerSecond() };
  const stopwatch = new Stopwatch();
  const run = twins({ fault: undefined, oracles: ALL_ORACLES, readers: await loadReaders(), stopwatch });
  let stages: Counts = {};
  let first = 0;
  // Rounds go through all profiles, so that a machine whose speed drifts treats them alike.
  const profiles = GENERATORS.map((generator) => ({ generator, samples: [] as number[] }));
  for (let round = 0; round < WARM_UP.cases + ROUNDS; round++, first += CASES) {
    for (const { generator, samples } of profiles) {
      const plan = { seed: 1, profiles: [generator.name], fault: undefined, oracles: [], shard: WHOLE, feedback: false, epochCases: EPOCH_CASES };
      const batch = { first, count: CASES, stopAtFailure: false };
      const elapsed = time(() => {
        const { stages: spent, sightings } = runBatch(batch, { plan, generators: [generator], twins: run, stopwatch });
        if (sightings.length > 0) throw new Error(`a healthy runtime is said to be wrong: ${sightings[0]!.failure.message}`);
        if (round >= WARM_UP.cases && generator === profiles[0]!.generator) stages = addCounts(stages, spent);
      });
      if (round >= WARM_UP.cases) samples.push(elapsed);
    }
  }
  const speeds = profiles.map(({ generator, samples }) => [generator.name, (1000 * CASES) / median(samples)] as const);
  const cases = CASES * ROUNDS;
  return [
    ...speeds.map(([name, speed]) => result(`campaign: fresh cases of ${name}`, speed, '1/s', baseline, 'at least 0.17')),
    ...Object.entries(stages).map(([stage, ms]) => result(`campaign: a case of ${profiles[0]!.generator.name}, ${stage}`, (1000 * ms) / cases, 'µs', { name: baseline.name, value: 1e6 / baseline.value })),
  ];
}

export const bench: Bench = { name: 'campaign', run };
