/**
 * A fresh case after its module is built: decode, validate, compile, instantiate and run on both twins with an audit at each
 * collection, walk the heaps and compare. Against what binaryen takes to build and emit the same modules.
 */
import binaryen from 'binaryen';
import { drcEngine, nullEngine } from '#fuzz/engines/interpreter.ts';
import { FEATURES } from '#fuzz/generators/binaryen-module.ts';
import { selfCopy } from '#fuzz/generators/self-copy/self-copy.ts';
import { judge } from '#fuzz/oracles/registry.ts';
import type { Program } from '#fuzz/program/program.ts';
import { compileModule } from '#runtime/compile/compile.ts';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import { compare } from './measure.ts';
import type { Bench, BenchResult } from './result.ts';
import { result } from './result.ts';

/** Modules of about 1 KB that execute about 500 instructions. */
const BYTES = { min: 850, max: 1150 };
const INSTRUCTIONS = { min: 300, max: 700 };
const CASES = 60;
const WARM_UP = 30;
const ROUNDS = 15;

interface Sample {
  readonly seed: number;
  readonly program: Program;
  readonly bytes: Uint8Array;
}

const OPTIONS = { audit: 'collections', integrity: false } as const;
/** As campaigns run them: there is nothing to audit in a collector that neither counts nor frees. */
const twins = [drcEngine(OPTIONS), nullEngine({ ...OPTIONS, audit: 'off' })];

function runCase(program: Program): void {
  const verdict = judge(twins.map((engine) => ({ engine: engine.name, observation: engine.run(program) })));
  if (verdict.kind === 'disagree') throw new Error(`a healthy runtime is said to be wrong: ${verdict.failure.message}`);
}

/** The case from bytes on: nothing is known of the module yet. */
function fromBytes({ program, bytes }: Sample): void {
  runCase({ ...program, modules: [{ name: program.modules[0]!.name, module: decode(bytes) }] });
}

/** Instructions that a case executes on one twin. */
function executed(program: Program): number {
  return twins[0]!.run(program).effort.instructions;
}

function samples(): Sample[] {
  const found: Sample[] = [];
  for (let seed = 0; found.length < CASES; seed++) {
    const program = selfCopy.generate(seed);
    const bytes = encode(program.modules[0]!.module);
    if (bytes.length < BYTES.min || bytes.length > BYTES.max) continue;
    const instructions = executed(program);
    if (instructions >= INSTRUCTIONS.min && instructions <= INSTRUCTIONS.max) found.push({ seed, program, bytes });
  }
  return found;
}

/** Binaryen's validation and our decoding, which the generator does besides building and emitting. */
function validateAndDecode(all: readonly Sample[]): () => void {
  const modules = all.map(({ bytes }) => {
    const module = binaryen.readBinary(bytes);
    module.setFeatures(FEATURES);
    return module;
  });
  return () => {
    for (const [i, module] of modules.entries()) {
      module.validate();
      decode(all[i]!.bytes);
    }
  };
}

async function run(): Promise<readonly BenchResult[]> {
  const all = samples();
  const each = (take: (sample: Sample) => unknown) => () => {
    for (const sample of all) take(sample);
  };
  const times = compare(
    [
      each(fromBytes),
      each(({ seed }) => selfCopy.generate(seed)),
      validateAndDecode(all),
      each(({ bytes }) => decode(bytes)),
      each(({ program }) => compileModule(program.modules[0]!.module, new TypeRegistry())),
      each(({ program }) => twins[0]!.run(program)),
      each(({ program }) => twins[1]!.run(program)),
    ],
    ROUNDS,
    WARM_UP,
  );
  const [whole, generate, besides, decoding, compiling, drc, unfreed] = times.map((ms) => (1000 * ms) / all.length) as Seven;
  const baseline = { name: 'binaryen building and emitting', value: generate - besides };
  return [
    result('case, 1 KB, 500 instructions', whole, 'µs', baseline, 'at most 0.6, better 0.3'),
    result('case: decode', decoding, 'µs', baseline),
    result('case: validate and compile', compiling, 'µs', baseline),
    result('case: run and look on drc', drc, 'µs', baseline),
    result('case: run and look on null', unfreed, 'µs', baseline),
  ];
}
type Seven = [number, number, number, number, number, number, number];

export const bench: Bench = { name: 'case', run };
