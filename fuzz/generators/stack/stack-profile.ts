/**
 * Profiles about values on the stack. Their modules share a plan: a few types, globals that may own what is held, functions `run0`, `run1`, …
 * made of statements, a function `cb` that the host calls back, and `observe`.
 *
 * Built at Module level: binaryen turns block parameters and multi-value results into locals, which takes values off the operand
 * stack.
 */
import type { Program, ProgramModule, Step } from '#fuzz/program/program.ts';
import type { ValType as Value } from '#wasm/syntax/types.ts';
import { ValType } from '#wasm/syntax/types.ts';
import type { Signature } from '../build/body.ts';
import type { Emitter, Settings } from '../build/emitter.ts';
import type { HostName } from '#fuzz/program/host-types.ts';
import type { FunctionEntry } from '../build/module-builder.ts';
import { ModuleBuilder } from '../build/module-builder.ts';
import { declareFold, defineFold } from '../build/observers.ts';
import type { StatementProduction, ValueProduction } from '../build/production.ts';
import { swarm } from '../build/production.ts';
import { drawArgument } from '../build/profile.ts';
import type { Generator } from '../generator.ts';
import { seeded } from '../generator.ts';
import type { Random, Weighted } from '../random.ts';
import { drawKnobs, drawSchedule } from '../surroundings.ts';
import { Sinks } from './sinks.ts';
import { Stage, VALUE_DEPTH } from './stage.ts';

/** What the code of one module is made of. */
export interface StackPlan {
  /** Types of what is held on the stack, by weight. */
  readonly held: Weighted<Value>;
  readonly values: (stage: Stage) => readonly ValueProduction[];
  readonly pauses: (stage: Stage) => readonly StatementProduction[];
  readonly statements: (stage: Stage) => readonly StatementProduction[];
  /** Writes functions that `plan` has declared. */
  readonly functions?: (stage: Stage) => void;
  /** A module that comes first, and that the plan imports from. */
  readonly library?: ProgramModule | undefined;
  /** For the function that the host calls back, besides pauses. */
  readonly callback?: (stage: Stage) => readonly StatementProduction[];
}

export interface StackProfile {
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  readonly imports: readonly HostName[];
  /** Whether there is more than references to functions and host objects: GC types and exceptions. */
  readonly hasGc: boolean;
  /** Adds types, globals, tables, tags and segments. */
  readonly plan: (module: ModuleBuilder, random: Random) => StackPlan;
  /** Parameters and results of the functions that the host calls. */
  readonly signature: (random: Random) => Signature;
  /** What the host does between calls, now and then. */
  readonly deed?: (random: Random) => Step;
}

const FUEL = 200_000;
const CALL_DEPTH = 200;
const ROOM = 110;
const DEPTH = 3;
const RISK = 0.01;
const MAX_RUNS = 2;
const MAX_CALLS = 5;
/** Slots in which the host keeps results. */
export const SLOTS = 2;
const NOTHING: Signature = { params: [], results: [] };

export function stackGenerator(profile: StackProfile): Generator {
  return seeded(profile, (random) => generate(profile, random));
}

function generate(profile: StackProfile, random: Random): Program {
  const module = new ModuleBuilder();
  module.importHost(...profile.imports);
  const plan = profile.plan(module, random);
  const fold = profile.hasGc ? declareFold(module) : undefined;
  const settings: Settings = {
    arrayLength: random.int(1, 4),
    room: ROOM,
    risk: random.chance(0.6) ? 0 : RISK,
    bottomTypes: profile.hasGc,
    ...(fold !== undefined && { fold }),
  };
  const stage = new Stage({ hasGc: profile.hasGc, module, random, settings, sinks: new Sinks(module, fold), held: plan.held });
  const runs = writeFunctions(profile, plan, stage, random);
  stage.sinks.finish();
  if (fold !== undefined) defineFold(module, fold);
  const modules = [...(plan.library === undefined ? [] : [plan.library]), { name: 'm', module: module.build() }];
  return {
    modules,
    steps: drawSteps(profile, random, runs, modules.length),
    schedule: drawSchedule(random),
    collector: drawKnobs(random),
    limits: { fuel: FUEL, callDepth: CALL_DEPTH },
  };
}

// --- Code ------------------------------------------------------------------------------------------------

/** Writes the functions of a module. @returns those for the host to call */
function writeFunctions(profile: StackProfile, plan: StackPlan, stage: Stage, random: Random): readonly FunctionEntry[] {
  const { module, sinks } = stage;
  const pauses = plan.pauses(stage);
  stage.equip(swarm(random, plan.values(stage)), pauses, [...pauses, ...(plan.callback?.(stage) ?? [])]);
  plan.functions?.(stage);

  const exported = (name: string, signature: Signature, write: (entry: FunctionEntry) => void): FunctionEntry => {
    const entry = module.declare(signature);
    write(entry);
    module.export(name, 'func', entry.index);
    return entry;
  };
  const code = (e: Emitter, statements: number): void => {
    for (let count = random.int(1, 3); count > 0; count--) e.body.variable(stage.drawVariableType());
    e.statements(statements, DEPTH);
  };
  exported('cb', NOTHING, (entry) => stage.writeLeaf(entry, (e) => code(e, 2)));
  exported('churn', NOTHING, (entry) => stage.writeLeaf(entry, (e) => stage.churn(e)));

  const statements = swarm(random, plan.statements(stage));
  const runs = Array.from({ length: random.int(1, MAX_RUNS) }, (_, i) =>
    exported(`run${i}`, profile.signature(random), (entry) =>
      stage.writeRoot(entry, statements, (e) => {
        code(e, random.int(2, 5));
        for (const type of entry.results) e.valueOf(type, VALUE_DEPTH);
      }),
    ),
  );
  exported('observe', { params: [], results: [ValType.i32] }, (entry) =>
    module.define(entry, (body) => body.emit('global.get', { global: sinks.sum })),
  );
  return runs;
}

// --- What the host does ----------------------------------------------------------------------------------

function drawSteps({ deed }: StackProfile, random: Random, runs: readonly FunctionEntry[], modules: number): readonly Step[] {
  const module = modules - 1;
  const steps: Step[] = Array.from({ length: modules }, (_, each) => ({ kind: 'instantiate', module: each }));
  for (let count = random.int(1, MAX_CALLS); count > 0; count--) {
    if (random.chance(0.3)) steps.push({ kind: 'collect' });
    if (deed !== undefined) for (let deeds = random.int(0, 2); deeds > 0; deeds--) steps.push(deed(random));
    const run = random.int(0, runs.length - 1);
    const { params, results } = runs[run]!;
    const args = params.map((type) => drawArgument(random, type));
    const call: Step = { kind: 'call', module, export: `run${run}`, args };
    steps.push(results.length > 0 && random.chance(0.4) ? { ...call, keep: random.int(0, SLOTS - 1) } : call);
  }
  return [...steps, { kind: 'call', module, export: 'observe', args: [] }];
}
