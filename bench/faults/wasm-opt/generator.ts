/**
 * Programs out of modules that binaryen's fuzzer makes of random bytes. Collections, the collector's knobs and the host's part are drawn as for our own
 * profiles, because modules from elsewhere say nothing about them.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Generator } from '#fuzz/generators/generator.ts';
import { seeded } from '#fuzz/generators/generator.ts';
import type { Random } from '#fuzz/generators/random.ts';
import { drawKnobs, drawSchedule } from '#fuzz/generators/surroundings.ts';
import { defaultProgram } from '#fuzz/minimize/default-program.ts';
import type { Program, Step } from '#fuzz/program/program.ts';
import { decode } from '#wasm/binary/decode.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { WASM_OPT_PROFILE } from '../variants.ts';
import type { RunWasmOpt } from './run-wasm-opt.ts';
import { loadWasmOpt } from './run-wasm-opt.ts';
import { SUPPORT, importsByModule, offeringExports, supportModule } from './support.ts';

const VERSION = 1;
/** Bytes that a module is made of: modules come out about as large as ours. */
const INPUT = { min: 300, max: 6000 };
const LIMITS = { fuel: 200_000, callDepth: 200 };

const FEATURES = [
  'mutable-globals',
  'nontrapping-float-to-int',
  'sign-ext',
  'bulk-memory',
  'bulk-memory-opt',
  'reference-types',
  'multivalue',
  'gc',
  'exception-handling',
  'tail-call',
  'extended-const',
];
const ARGUMENTS = [
  '--quiet',
  '--mvp-features',
  ...FEATURES.map((feature) => `--enable-${feature}`),
  // Exceptions of the standard, not those that came before.
  '--emit-exnref',
  // Engines need not agree on the bits of a NaN.
  '--denan',
];

/** A folder of this process, gone when it ends, unless it is killed. */
function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gctwin-wasm-opt-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

class Translator {
  readonly #run: RunWasmOpt = loadWasmOpt();
  readonly #input = join(ownFolder(), 'input');
  readonly #output = `${this.#input}.wasm`;

  /** @throws WasmOptError */
  translate(bytes: Uint8Array): Module {
    writeFileSync(this.#input, bytes);
    this.#run(['--translate-to-fuzz', this.#input, ...ARGUMENTS, '--output', this.#output]);
    return decode(readFileSync(this.#output));
  }
}

function randomBytes(random: Random): Uint8Array {
  return Uint8Array.from({ length: random.int(INPUT.min, random.int(INPUT.min, INPUT.max)) }, () => random.bits());
}

/** The module behind those that offer what it imports. @param module as binaryen has made it */
export function linkedProgram(module: Module, random: Random): Program {
  const imports = new Map(importsByModule(module));
  if (!imports.has(SUPPORT)) imports.set(SUPPORT, []);
  const support = [...imports].map(([name, entries]) => ({ name, module: supportModule(module, entries) }));
  const main = support.length;
  const instantiate = support.map((_, i): Step => ({ kind: 'instantiate', module: i }));
  const steps = defaultProgram(module).steps.flatMap((step): readonly Step[] => {
    if (!('module' in step)) return [step];
    const ofMain = { ...step, module: main };
    return step.kind === 'call' && random.chance(0.3) ? [{ kind: 'collect' }, ofMain] : [ofMain];
  });
  return {
    modules: [...support, { name: 'm', module: offeringExports(module) }],
    steps: [...instantiate, ...steps],
    schedule: drawSchedule(random),
    collector: drawKnobs(random),
    limits: LIMITS,
  };
}

let translator: Translator | undefined;

export const wasmOpt: Generator = seeded({ name: WASM_OPT_PROFILE, version: VERSION, summary: 'modules that binaryen makes of random bytes' }, (random) => {
  translator ??= new Translator();
  return linkedProgram(translator.translate(randomBytes(random)), random);
});
