/**
 * Runs every instruction a few times before anything else runs.
 *
 * V8 compiles the interpreter's loop for what it has seen there. At an instruction that it has not seen it abandons the
 * compiled code, and compiling the loop anew takes it a quarter of a second: with a hundred instructions that come by one
 * after the other, the first thousands of cases would cost twice their time. A loop that has seen everything is compiled once.
 */
import { readFileSync } from 'node:fs';
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { Op, instructionTable } from '#wasm/syntax/instructions.ts';
import type { Func, Module } from '#wasm/syntax/module.ts';
import { EMPTY_MODULE } from '#wasm/syntax/module.ts';
import { ValType } from '#wasm/syntax/types.ts';
import { parse } from '#wasm/text/parse.ts';
import { numericSignature } from '#wasm/valid/numeric-rules.ts';
import type { Program, Step } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { COLLECTORS, PARTS } from '#runtime/parts.ts';
import { DEFAULT_ENGINE_OPTIONS } from './interpreter.ts';
import { prepare } from './prepare.ts';
import { Run } from './run.ts';

const { i32, i64, f32, f64 } = ValType;

/** Operands by type, small and large. None of them makes an instruction trap when it comes second, or alone. */
const SAMPLES: ReadonlyMap<ValType, readonly Instruction[]> = new Map<ValType, readonly Instruction[]>([
  [i32, [7, 3, -2, 0x7fff_ffff, -0x8000_0000].map((value) => ({ op: Op['i32.const'], value }))],
  [i64, [7n, 3n, -2n, 1n << 40n, -1n << 63n].map((value) => ({ op: Op['i64.const'], value }))],
  [f32, [0x3fc0_0000, 0x4120_0000, 0x0000_0000, 0x4e00_0000, 0x3e80_0000].map((bits) => ({ op: Op['f32.const'], bits }))],
  [f64, [1.5, 10, 0, 2 ** 29, 0.25].map((value) => ({ op: Op['f64.const'], bits: bitsOf(value) }))],
]);
const NANS: ReadonlyMap<ValType, Instruction> = new Map<ValType, Instruction>([
  [f32, { op: Op['f32.const'], bits: 0x7fc0_0000 }],
  [f64, { op: Op['f64.const'], bits: 0x7ff8_0000_0000_0000n }],
]);

function bitsOf(value: number): bigint {
  return new BigUint64Array(Float64Array.of(value).buffer)[0]!;
}

/** Rows of operands: each sample comes first once, and once second. */
function operandsOf(params: readonly ValType[], mayBeNan: boolean): readonly (readonly Instruction[])[] {
  const choices = params.map((type) => {
    const nan = mayBeNan ? NANS.get(type) : undefined;
    return nan === undefined ? SAMPLES.get(type)! : [...SAMPLES.get(type)!, nan];
  });
  return choices[0]!.map((_, row) => choices.map((samples, operand) => samples[(row + operand) % samples.length]!));
}

function numericInstructions(): Instruction[] {
  const body: Instruction[] = [];
  for (const [name, [op]] of Object.entries(instructionTable)) {
    const signature = numericSignature(op);
    if (signature === undefined || signature.params.length === 0) continue;
    const traps = name.includes('.trunc_f');
    for (const operands of operandsOf(signature.params, !traps)) body.push(...operands, { op } as Instruction, { op: Op.drop });
  }
  return body;
}

/** Loads and stores of numbers; beyond the end of the memory in functions of their own, because they trap there. */
function memoryAccesses(): { readonly inside: Instruction[]; readonly outside: Instruction[][] } {
  const inside: Instruction[] = [];
  const outside: Instruction[][] = [];
  for (const [name, [op]] of Object.entries(instructionTable)) {
    const match = /^([if]\d\d)\.(load|store)/.exec(name);
    if (match === null) continue;
    const access = { op, align: 0, offset: 8, memory: 0 } as Instruction;
    const at = (address: number, value: Instruction): Instruction[] => {
      const start: Instruction = { op: Op['i32.const'], value: address };
      return match[2] === 'load' ? [start, access, { op: Op.drop }] : [start, value, access];
    };
    const samples = SAMPLES.get(ValType[match[1] as 'i32'])!;
    for (const sample of samples) inside.push(...at(16, sample));
    outside.push(at(-1, samples[0]!));
  }
  return { inside, outside };
}

function moduleOfNumbers(): Module {
  const { inside, outside } = memoryAccesses();
  const functions = [numericInstructions(), inside, ...outside].map((body): Func => ({ typeIndex: 0, locals: [], body }));
  return {
    ...EMPTY_MODULE,
    recGroups: [[{ final: true, supertypes: [], composite: { kind: 'func', params: [], results: [] } }]],
    functions,
    memories: [{ limits: { min: 1, max: undefined } }],
    exports: functions.map((_, index) => ({ name: `run${index}`, kind: 'func', index })),
  };
}

export function warmUpProgram(): Program {
  const numbers = moduleOfNumbers();
  const others = parse(readFileSync(new URL('warm-up.wat', import.meta.url), 'utf8'));
  const call = (module: number, name: string): Step => ({ kind: 'call', module, export: name, args: [] });
  const round = [...numbers.exports.map(({ name }) => call(0, name)), ...['run', 'throw', 'bad', 'trap', 'null', 'beyond'].map((name) => call(1, name))];
  return {
    modules: [
      { name: 'numbers', module: numbers },
      { name: 'others', module: others },
    ],
    steps: [{ kind: 'instantiate', module: 0 }, { kind: 'instantiate', module: 1 }, ...round, ...round, ...round, call(1, 'drop')],
    schedule: NO_COLLECTIONS,
    collector: DEFAULT_KNOBS,
    limits: DEFAULT_PROGRAM_LIMITS,
  };
}

let warm = false;

/** Warms up the loops of all collectors, once in a process. Takes some ten milliseconds. */
export function warmUp(): void {
  if (warm) return;
  warm = true;
  const program = warmUpProgram();
  for (const name of COLLECTORS) new Run(program, prepare(program), PARTS[name], DEFAULT_ENGINE_OPTIONS).run();
}
