/**
 * Modules that copy arrays onto themselves, as in wasmtime issue 10182: arrays of references whose elements are
 * null, i31, shared, owned by nothing but their slot, or the array itself; aliases of one array in locals, globals, parameters and
 * fields; copies between ranges that coincide, overlap either way, touch, are empty or out of bounds; collections at every
 * place where one may happen.
 */
import type binaryen from 'binaryen';
import type { Program, Step } from '#fuzz/program/program.ts';
import { DEFAULT_PROGRAM_LIMITS } from '#fuzz/program/program.ts';
import type { Bias } from '../bias.ts';
import { buildModule, refTo } from '../binaryen-module.ts';
import type { Generator } from '../generator.ts';
import { seeded } from '../generator.ts';
import type { Random } from '../random.ts';
import { drawKnobs, drawSchedule } from '../surroundings.ts';
import { Body } from './body.ts';
import { addHelpers } from './helpers.ts';
import type { ArrayGlobal } from './place.ts';
import type { Shape } from './shapes.ts';
import { drawShape } from './shapes.ts';
import { Values } from './values.ts';

const NAME = 'self-copy';
const VERSION = 3;
const MAX_CALLS = 5;

/** One length for nearly all arrays of a module, so that ranges are in bounds more often than not. */
function drawLength(random: Random): number {
  return random.weighted([
    [1, 0],
    [40, random.int(1, 3)],
    [60, random.int(4, 12)],
    [20, random.int(13, 40)],
    [5, random.int(1025, 1100)],
  ]);
}

/** Globals that hold arrays, with constant expressions nested in each other; the last one may be the first one again. */
function addGlobals(m: binaryen.Module, random: Random, shape: Shape, length: number): readonly ArrayGlobal[] {
  const values = new Values(m, random, shape, length);
  const type = refTo(shape.array, true);
  const globals: ArrayGlobal[] = [];
  for (let count = random.int(1, 3); count > 0; count--) {
    const name = `array${globals.length}`;
    const mutable = random.chance(0.5);
    const alias = globals.find((global) => !global.mutable);
    const init = alias !== undefined && random.chance(0.4) ? m.global.get(alias.name, type) : values.wholeArray();
    m.addGlobal(name, type, mutable, init);
    globals.push({ name, mutable });
  }
  return globals;
}

function drawSteps(random: Random, exports: readonly string[]): readonly Step[] {
  const steps: Step[] = [{ kind: 'instantiate', module: 0 }];
  for (let count = random.int(1, MAX_CALLS); count > 0; count--) {
    if (random.chance(0.4)) steps.push({ kind: 'collect' });
    steps.push({ kind: 'call', module: 0, export: random.pick(exports), args: [] });
  }
  return steps;
}

function generate(random: Random, without: readonly Bias[]): Program {
  const shape = drawShape(random);
  const length = drawLength(random);
  const exports: string[] = [];
  const module = buildModule((m) => {
    const globals = addGlobals(m, random, shape, length);
    addHelpers(m, shape);
    for (let count = random.int(1, 3); count > 0; count--) {
      const name = `run${exports.length}`;
      new Body(m, random, shape, length, globals, !without.includes('aliasing')).addTo(name);
      m.addFunctionExport(name, name);
      exports.push(name);
    }
  });
  return {
    modules: [{ name: 'm', module }],
    steps: drawSteps(random, exports),
    schedule: drawSchedule(random),
    collector: drawKnobs(random),
    limits: DEFAULT_PROGRAM_LIMITS,
  };
}

export const selfCopy: Generator = seeded(
  { name: NAME, version: VERSION, summary: 'arrays of references copied onto themselves, built with binaryen' },
  generate,
);
