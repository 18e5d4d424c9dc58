/**
 * Profiles: generators at Module level. A profile says what its modules define and from which productions their code is
 * written; everything else is the same for all, and here.
 *
 * A module of a profile imports host functions, exports `run0`, `run1`, … for the host to call, some of its globals and tables, and
 * `observe`.
 */
import type { Argument, CollectorKnobs, Program, Step } from '#fuzz/program/program.ts';
import type { Expr } from '#wasm/syntax/instructions.ts';
import type { ValType as Value } from '#wasm/syntax/types.ts';
import { HeapType, ValType, isRefType, refType } from '#wasm/syntax/types.ts';
import type { Generator } from '../generator.ts';
import { seeded } from '../generator.ts';
import type { Random } from '../random.ts';
import { drawKnobs, drawSchedule } from '../surroundings.ts';
import type { Settings } from './emitter.ts';
import { Emitter, constantOf } from './emitter.ts';
import type { HostName } from '#fuzz/program/host-types.ts';
import { LIBRARY, drawLibrary } from './library.ts';
import type { FunctionEntry } from './module-builder.ts';
import { ModuleBuilder } from './module-builder.ts';
import { addObserver, declareFold, defineFold } from './observers.ts';
import type { Grammar } from './production.ts';
import { swarm } from './production.ts';
import { refOrNull } from './type-table.ts';

/** What a profile defines its module through. */
export interface Draft {
  readonly module: ModuleBuilder;
  readonly random: Random;
  readonly grammar: Grammar;
  readonly settings: Settings;
  /** A constant expression. @param globalsInScope how many globals it may name; all by default */
  readonly constant: (type: Value, depth: number, globalsInScope?: number) => Expr;
}

export interface Profile {
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  readonly grammar: Grammar;
  readonly imports: readonly HostName[];
  readonly arrayLength: (random: Random) => number;
  /** Chance of each place where a trap is possible to be left unguarded. */
  readonly risk: number;
  /** Instructions of each body, about. */
  readonly room: number;
  /** Adds types. */
  readonly types: (module: ModuleBuilder, random: Random) => void;
  /** Adds globals, tables, segments, tags and functions. */
  readonly define: (draft: Draft) => void;
  /** Whether some cases have a second module whose globals and table the first one imports. */
  readonly library?: true;
  readonly knobs?: (random: Random, knobs: CollectorKnobs) => CollectorKnobs;
}

const FUEL = 200_000;
const CALL_DEPTH = 200;
const MAX_RUNS = 3;
const LIBRARY_SHARE = 0.3;
const MAX_CALLS = 6;
/** Chance before each call that some module is instantiated once more, which may fail as it did the first time. */
const ANEW = 0.06;
const DEPTH = 3;

export function profileGenerator(profile: Profile): Generator {
  return seeded(profile, (random, without) => generate(profile, random, !without.includes('aliasing')));
}

function generate(profile: Profile, random: Random, aliasing: boolean): Program {
  const module = new ModuleBuilder();
  module.importHost(...profile.imports);
  profile.types(module, random);
  const fold = declareFold(module);
  const grammar: Grammar = { values: swarm(random, profile.grammar.values), statements: swarm(random, profile.grammar.statements) };
  const risk = random.chance(0.5) ? 0 : profile.risk;
  const settings: Settings = { arrayLength: profile.arrayLength(random), room: profile.room, risk, aliasing, fold };
  const library = profile.library === true && random.chance(LIBRARY_SHARE) ? drawLibrary(module, random, grammar, settings) : undefined;
  const runs = Array.from({ length: random.int(1, MAX_RUNS) }, () => module.declare(drawSignature(random)));
  runs.forEach(({ index }, i) => module.export(`run${i}`, 'func', index));
  profile.define({
    module,
    random,
    grammar,
    settings,
    constant: (type, depth, scope) => constantOf(module, random, grammar, settings, type, depth, scope),
  });
  for (const run of runs) defineRun(module, random, grammar, settings, run);
  exportState(module, random);
  defineFold(module, fold);
  addObserver(module, fold);
  const knobs = drawKnobs(random);
  const modules = [...(library === undefined ? [] : [{ name: LIBRARY, module: library }]), { name: 'm', module: module.build() }];
  return {
    modules,
    steps: [
      ...modules.map((_, i) => ({ kind: 'instantiate', module: i }) as const),
      ...drawSteps(module, modules.length - 1, random, runs),
    ],
    schedule: drawSchedule(random),
    collector: profile.knobs === undefined ? knobs : profile.knobs(random, knobs),
    limits: { fuel: FUEL, callDepth: CALL_DEPTH },
  };
}

// --- Functions the host calls ----------------------------------------------------------------------------

function drawSignature(random: Random): { readonly params: readonly Value[]; readonly results: readonly Value[] } {
  const { i32, anyref, eqref, externref } = ValType;
  return {
    params: random.weighted<readonly Value[]>([[3, []], [1, [i32]], [2, [anyref]], [1, [externref, anyref]]]),
    results: random.weighted<readonly Value[]>([[3, [i32]], [2, [anyref]], [1, [eqref, i32]], [1, [externref]]]),
  };
}

/** Types of the variables of a body: references to what the module has, and a few others. */
function drawVariable(module: ModuleBuilder, random: Random): Value {
  const { structs, arrays } = module.types;
  return random.weighted<() => Value>([
    [structs.length > 0 ? 4 : 0, () => refOrNull(random.pick(structs))],
    [arrays.length > 0 ? 4 : 0, () => refOrNull(random.pick(arrays))],
    [3, () => random.pick([ValType.anyref, ValType.eqref])],
    [1, () => random.pick([ValType.externref, ValType.i32, refType(HeapType.i31, true)])],
  ])();
}

function defineRun(module: ModuleBuilder, random: Random, grammar: Grammar, settings: Settings, run: FunctionEntry): void {
  module.define(run, (body) => {
    const e = new Emitter(module, random, grammar, settings, body);
    for (let count = random.int(2, 6); count > 0; count--) {
      const variable = body.variable(drawVariable(module, random));
      if (random.chance(0.7)) {
        e.valueOf(variable.type, DEPTH);
        body.emit('local.set', { local: variable.local });
      }
    }
    e.statements(random.int(3, 10), DEPTH);
    for (const type of run.results) e.valueOf(type, DEPTH);
  });
}

/** Lets the host see and change some of the state. */
function exportState(module: ModuleBuilder, random: Random): void {
  module.globals.forEach((_, i) => random.chance(0.5) && module.export(`global${i}`, 'global', i));
  module.tables.forEach((_, i) => random.chance(0.5) && module.export(`table${i}`, 'table', i));
}

// --- What the host does ----------------------------------------------------------------------------------

export function drawArgument(random: Random, type: Value): Argument {
  if (type === ValType.i32) return { kind: 'i32', value: random.int(-2, 9) };
  return random.weighted<() => Argument>([
    [2, () => ({ kind: 'null' })],
    [2, () => ({ kind: 'i31', value: random.int(-5, 50) })],
    [2, () => ({ kind: 'host', number: random.int(0, 2) })],
    [3, () => ({ kind: 'kept', slot: random.int(0, 1) })],
  ])();
}

/** Everything after instantiation. @param index of the module in the Program */
function drawSteps(module: ModuleBuilder, index: number, random: Random, runs: readonly FunctionEntry[]): readonly Step[] {
  const steps: Step[] = [];
  const observe: Step = { kind: 'call', module: index, export: 'observe', args: [] };
  for (let count = random.int(1, MAX_CALLS); count > 0; count--) {
    if (random.chance(0.3)) steps.push({ kind: 'collect' });
    if (random.chance(0.2)) steps.push(drawHostWrite(module, index, random));
    if (random.chance(ANEW)) steps.push({ kind: 'instantiate', module: random.int(0, index) });
    steps.push(drawCall(index, random, runs));
    if (random.chance(0.2)) steps.push(observe);
  }
  return [...steps, observe];
}
function drawCall(module: number, random: Random, runs: readonly FunctionEntry[]): Step {
  const run = random.int(0, runs.length - 1);
  const { params, results } = runs[run]!;
  const args = params.map((type) => drawArgument(random, type));
  const call = { kind: 'call', module, export: `run${run}`, args } as const;
  return isRefType(results[0]!) && random.chance(0.6) ? { ...call, keep: random.int(0, 1) } : call;
}
/** A write to something that may not be exported, or not take the value: then the step is skipped. */
function drawHostWrite({ globals, tables }: ModuleBuilder, module: number, random: Random): Step {
  const value = drawArgument(random, ValType.anyref);
  const global = random.int(0, Math.max(0, globals.length - 1));
  const table = random.int(0, Math.max(0, tables.length - 1));
  return random.weighted<() => Step>([
    [2, () => ({ kind: 'setGlobal', module, export: `global${global}`, value })],
    [2, () => ({ kind: 'setTable', module, export: `table${table}`, index: random.int(0, 4), value })],
    [1, () => ({ kind: 'growTable', module, export: `table${table}`, by: random.int(0, 3), value })],
    [1, () => ({ kind: 'release', slot: random.int(0, 1) })],
  ])();
}
