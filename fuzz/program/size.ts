/**
 * The order in which Programs are small: by what a reader of the module has to read, then by what the host does, then by
 * numbers. It is total up to Programs that differ in nothing a reader would notice, and each of its parts is a
 * non-negative integer, so there is no endless descent.
 */
import { encode } from '#wasm/binary/encode.ts';
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import { countInstructions } from '#wasm/syntax/size.ts';
import type { CollectionSchedule, CollectorKnobs, Program } from './program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS } from './program.ts';

/** Compared from left to right: instructions, types, bytes, steps, arguments, schedule, knobs, constants. */
export type ProgramSize = readonly number[];

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function constantsIn(expr: Expr): number {
  return sum(expr, (instruction) => (instruction.op === Op['i32.const'] ? Math.abs(instruction.value) : 0));
}
function constantsOf({ functions, globals }: Module): number {
  return sum(functions, ({ body }) => constantsIn(body)) + sum(globals, ({ init }) => constantsIn(init));
}
function scheduleWeight({ zeal, allocZeal, atEntry, atSafePoints }: CollectionSchedule): number {
  return (atEntry ? 1 : 0) + sum([zeal, allocZeal], (n) => (n === 0 ? 0 : n + 1)) + sum(atSafePoints, (point) => point + 1);
}
function knobsWeight(knobs: CollectorKnobs): number {
  return sum(Object.keys(DEFAULT_KNOBS) as (keyof CollectorKnobs)[], (key) => (knobs[key] === DEFAULT_KNOBS[key] ? 0 : 1));
}

function encoded({ modules }: Program): readonly Uint8Array[] {
  return modules.map(({ module }) => encode(module));
}
/** Bytes of all modules in our own encoding. */
export function bytesOf(program: Program): number {
  return sum(encoded(program), ({ length }) => length);
}
export function instructionsOf({ modules }: Program): number {
  return sum(modules, ({ module }) => countInstructions(module));
}

/** @param binaries its modules in our own encoding, for those who have them already */
export function sizeOf(program: Program, binaries = encoded(program)): ProgramSize {
  const { modules, steps, schedule, collector, limits } = program;
  return [
    instructionsOf(program),
    sum(modules, ({ module }) => typesOf(module).length),
    sum(binaries, ({ length }) => length),
    steps.length,
    sum(steps, (step) => (step.kind === 'call' ? step.args.length : 0)),
    scheduleWeight(schedule),
    knobsWeight(collector) + (limits.fuel === DEFAULT_PROGRAM_LIMITS.fuel ? 0 : 1),
    sum(modules, ({ module }) => constantsOf(module)),
  ];
}

/** Negative when `left` is smaller, 0 when they are equally small. */
export function compareSizes(left: ProgramSize, right: ProgramSize): number {
  for (let i = 0; i < left.length; i++) {
    const difference = left[i]! - right[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
