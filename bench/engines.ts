/**
 * Cases a second of each engine that is there, on closed Programs of the profile `mixed`, or `reference-types` where it knows no GC types, against
 * `drc` on the same ones; of each engine compared with `null`, as a hunt does it, against `drc` compared with `null`; and what batches of scripts are
 * worth to Wasmtime.
 */
import { Pairing } from '#fuzz/campaign/pairing.ts';
import { closeProgram } from '#fuzz/engines/closed/close.ts';
import type { ChosenEngine } from '#fuzz/engines/foreign/comparison.ts';
import { discover } from '#fuzz/engines/foreign/discover.ts';
import { EngineError } from '#fuzz/engines/foreign/engine-error.ts';
import { engineOf } from '#fuzz/engines/foreign/adapters.ts';
import { isWithoutGc, foreignNames } from '#fuzz/engines/foreign/families.ts';
import type { ForeignCase, ForeignEngine, ForeignSpec } from '#fuzz/engines/foreign/foreign-engine.ts';
import { foreignCase } from '#fuzz/engines/foreign/foreign-engine.ts';
import { drcEngine, nullEngine } from '#fuzz/engines/interpreter.ts';
import { UNAUDITED } from '#fuzz/engines/panel.ts';
import { generatorNamed } from '#fuzz/generators/registry.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Bench, BenchResult } from './result.ts';
import { result } from './result.ts';

const CASES = 128;
/** Enough for a figure of what is slow. */
const ALONE = 16;
const WARM_UP = 16;
/** Rounds of our own twin, which is compiled meanwhile: the first engine would have an easy baseline otherwise. */
const TWIN_WARM_UP = 10;
const BATCH = 32;

interface Sample {
  readonly program: Program;
  readonly closed: Program;
  readonly foreign: ForeignCase;
}

/** Those without exceptions, which not all engines have, that run into no limit. */
function samples(withoutGc: boolean): readonly Sample[] {
  const { generate } = generatorNamed(withoutGc ? 'reference-types' : 'mixed')!;
  const found: Sample[] = [];
  for (let seed = 0; found.length < CASES; seed++) {
    const program = generate(seed);
    const closed = closeProgram(program, { withoutGc });
    const { outcomes } = nullEngine(UNAUDITED).run(closed.program);
    const foreign = foreignCase(closed, outcomes);
    if (!foreign.exceptions && outcomes.at(-1)?.kind !== 'exhausted') found.push({ program, closed: closed.program, foreign });
  }
  return found;
}

async function present(): Promise<readonly ForeignSpec[]> {
  const specs: ForeignSpec[] = [];
  for (const name of foreignNames()) {
    try {
      specs.push(await discover(name, new Map()));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }
  return specs;
}

/** @returns cases a second */
async function rate(count: number, run: () => Promise<unknown> | void): Promise<number> {
  const start = performance.now();
  await run();
  return (1000 * count) / (performance.now() - start);
}

async function inBatches(engine: ForeignEngine, cases: readonly ForeignCase[], size: number): Promise<void> {
  for (let i = 0; i < cases.length; i += size) await engine.run(cases.slice(i, i + size));
}

function rateOfTwin(all: readonly Sample[]): Promise<number> {
  const drc = drcEngine();
  for (const { closed } of all) drc.run(closed);
  return rate(all.length, () => {
    for (const { closed } of all) drc.run(closed);
  });
}

async function rateOfPair(subject: ChosenEngine, all: readonly Sample[]): Promise<number> {
  const pairing = new Pairing({ subjects: [subject], references: ['null'], suppressions: [] });
  const examine = (some: readonly Sample[]): void => {
    for (let i = 0; i < some.length; i += BATCH) {
      pairing.examineAll(some.slice(i, i + BATCH));
    }
  };
  try {
    examine(all.slice(0, WARM_UP));
    return await rate(all.length, () => examine(all));
  } finally {
    await pairing.end();
  }
}

async function measured(spec: ForeignSpec, all: readonly Sample[]): Promise<readonly BenchResult[]> {
  const cases = all.map(({ foreign }) => foreign);
  const engine = engineOf(spec);
  try {
    await engine.run(cases.slice(0, WARM_UP));
    const twin = await rateOfTwin(all);
    const batches = await rate(cases.length, () => inBatches(engine, cases, BATCH));
    const results = [result(`engines: ${spec.name} ${spec.version}`, batches, '1/s', { name: 'drc', value: twin })];
    if (spec.family === 'wasmtime') {
      const alone = await rate(ALONE, () => inBatches(engine, cases.slice(0, ALONE), 1));
      results.push(result(`engines: ${spec.name}, batches of ${BATCH}`, batches, '1/s', { name: 'one process a case', value: alone }, 'at least 20'));
    }
    const paired = await rateOfPair(spec, all);
    const pairOfTwins = { name: 'drc against null', value: await rateOfPair('drc', all) };
    return [...results, result(`engines: ${spec.name} against null`, paired, '1/s', pairOfTwins)];
  } finally {
    await engine.end();
  }
}

async function run(): Promise<readonly BenchResult[]> {
  const withGc = samples(false);
  for (let round = 0; round < TWIN_WARM_UP; round++) await rateOfTwin(withGc);
  await rateOfPair('drc', withGc);
  const withoutGc = samples(true);
  const results: BenchResult[] = [];
  for (const spec of await present()) results.push(...(await measured(spec, isWithoutGc(spec.name) ? withoutGc : withGc)));
  return results;
}

export const bench: Bench = { name: 'engines', run };
