/**
 * The interpreter on `modules/churn.wat`, about 3.5 million instructions, against warm V8 and against
 * Binaryen's interpreter.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecaError } from 'execa';
import { execa } from 'execa';
import { compileModule } from '#runtime/compile/compile.ts';
import type { WasmFunction } from '#runtime/function.ts';
import { instantiate } from '#runtime/instantiate.ts';
import { invoke } from '#runtime/invoke.ts';
import { DEFAULT_OPTIONS } from '#runtime/options.ts';
import type { CollectorName } from '#runtime/parts.ts';
import { COLLECTORS, PARTS } from '#runtime/parts.ts';
import { Store } from '#runtime/store.ts';
import { encode } from '#wasm/binary/encode.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { parse } from '#wasm/text/parse.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import { compare, median } from './measure.ts';
import type { Bench, BenchResult } from './result.ts';
import { BenchError, result } from './result.ts';

const ROUNDS = 100_000;
const EXPECTED = 704_045_236;
const SAMPLES = 20;
const WARM_UP = 10;

function checked(actual: unknown, engine: string): void {
  if (actual !== EXPECTED) throw new Error(`${engine} computed ${String(actual)}, not ${EXPECTED}`);
}

/** A fresh store each time, so that every run starts with an empty heap. */
function ours(module: Module, collector: CollectorName): () => void {
  const registry = new TypeRegistry();
  const compiled = compileModule(module, registry);
  return () => {
    const store = new Store(registry, PARTS[collector], DEFAULT_OPTIONS);
    const made = instantiate(store, compiled, () => undefined);
    if (made.kind !== 'instantiated') throw new Error(`${collector} does not instantiate the module: ${made.kind}`);
    const outcome = invoke(store, made.instance.exports.get('rounds') as WasmFunction, [{ kind: 'i32', value: ROUNDS }]);
    const value = outcome.kind === 'returned' ? outcome.values[0] : undefined;
    checked(value?.kind === 'i32' ? value.value : outcome.kind, collector);
  };
}

function v8(bytes: Uint8Array): () => void {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const rounds = instance.exports['rounds'] as (count: number) => number;
  return () => checked(rounds(ROUNDS), 'V8');
}

async function fuzzExec(path: string): Promise<{ readonly durationMs: number }> {
  try {
    return await execa('wasm-opt', ['-all', '--fuzz-exec', path], { preferLocal: true });
  } catch (error) {
    const { code, shortMessage } = error as ExecaError;
    const reason = code === 'ENOENT' ? 'it is not there; npm ci installs it' : shortMessage;
    throw new BenchError(`cannot run wasm-opt: ${reason}`, { cause: error });
  }
}

/** Milliseconds of one run in Binaryen's interpreter: process time less start-up, halved, as it runs twice. */
async function binaryenInterpreter(bytes: Uint8Array, idle: Uint8Array): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'gctwin-bench-'));
  try {
    const elapsed = async (name: string, contents: Uint8Array): Promise<number> => {
      const path = join(folder, name);
      await writeFile(path, contents);
      const samples: number[] = [];
      for (let i = 0; i < 3; i++) {
        samples.push((await fuzzExec(path)).durationMs);
      }
      return median(samples);
    };
    return ((await elapsed('churn.wasm', bytes)) - (await elapsed('idle.wasm', idle))) / 2;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(): Promise<readonly BenchResult[]> {
  const module = parse(await readFile(join(import.meta.dirname, 'modules/churn.wat'), 'utf8'));
  const idle = parse('(module (func (export "idle")))');
  const bytes = encode(module);
  const contenders = [...COLLECTORS.map((collector) => ours(module, collector)), v8(bytes)];
  const [drc, unfreed, native] = compare(contenders, SAMPLES, WARM_UP) as [number, number, number];
  const interpreted = await binaryenInterpreter(bytes, encode(idle));
  return [
    result('churn, drc', drc, 'ms', { name: 'V8', value: native }, 'at most 40, better 25'),
    result('churn, null', unfreed, 'ms', { name: 'V8', value: native }),
    result('churn, drc', drc, 'ms', { name: "Binaryen's interpreter", value: interpreted }, 'at most 1/25 = 0.04'),
  ];
}

export const bench: Bench = { name: 'interpreter', run };
