/**
 * Profiles about values on the stack. Their modules share a plan: a few types, globals that may own what is held, functions `run0`, `run1`, …
 * made of statements, a function `cb` that the host calls back, and `observe`.
 *
 * Built at Module level: binaryen turns block parameters and multi-value results into locals, which takes values off the operand
 * stack.
 */
import type { Program, Step } from '#fuzz/program/program.ts';
import type { ValType as Value } from '#wasm/syntax/types.ts';
import { ValType } from '#wasm/syntax/types.ts';
import type { Signature } from '../build/body.ts';
import type { Settings } from '../build/emitter.ts';
import { Emitter } from '../build/emitter.ts';
import type { HostFunction } from '../build/host-imports.ts';
import type { FunctionEntry } from '../build/module-builder.ts';
import { ModuleBuilder } from '../build/module-builder.ts';
import { declareFold, defineFold } from '../build/observers.ts';
import type { Grammar, StatementProduction, ValueProduction } from '../build/production.ts';
import { swarm } from '../build/production.ts';
import { drawArgument } from '../build/profile.ts';
import type { Generator } from '../generator.ts';
import { GeneratorError } from '../generator.ts';
import type { Weighted } from '../random.ts';
import { Random } from '../random.ts';
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
  /** For the function that the host calls back, besides pauses. */
  readonly callback?: (stage: Stage) => readonly StatementProduction[];
}

export interface StackProfile {
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  readonly imports: readonly HostFunction[];
  /** Whether there are structures, arrays and i31: all that `anyref` covers. */
  readonly hasGc: boolean;
  /** Adds types, globals, tables, tags and segments. */
  readonly plan: (module: ModuleBuilder, random: Random) => StackPlan;
  /** Parameters and results of the functions that the host calls. */
  readonly signature: (random: Random) => Signature;
  /** What happens before the calls and between them. */
  readonly steps?: (random: Random) => readonly Step[];
}

const FUEL = 200_000;
const CALL_DEPTH = 200;
const ROOM = 160;
const DEPTH = 3;
const RISK = 0.01;
const MAX_RUNS = 3;
const MAX_CALLS = 5;
const SLOTS = 2;

export function stackGenerator(profile: StackProfile): Generator {
  const { name, version, summary } = profile;
  return {
    name,
    version,
    summary,
    generate: (seed) => {
      try {
        return generate(profile, new Random(seed));
      } catch (error) {
        throw new GeneratorError(name, seed, error);
      }
    },
  };
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
    ...(fold !== undefined && { fold }),
  };
  const stage = new Stage({ module, random, settings, sinks: new Sinks(module, fold), held: plan.held });
  const runs = new Writer(profile.signature, plan, stage, module, random, settings).write();
  stage.sinks.finish();
  if (fold !== undefined) defineFold(module, fold);
  return {
    modules: [{ name: 'm', module: module.build() }],
    steps: drawSteps(profile, random, runs),
    schedule: drawSchedule(random),
    collector: drawKnobs(random),
    limits: { fuel: FUEL, callDepth: CALL_DEPTH },
  };
}

// --- Code ------------------------------------------------------------------------------------------------

/** Writes the functions of one module. */
class Writer {
  readonly #stage: Stage;
  readonly #module: ModuleBuilder;
  readonly #random: Random;
  readonly #settings: Settings;
  readonly #signature: StackProfile['signature'];
  readonly #grammar: Grammar;

  constructor(signature: StackProfile['signature'], plan: StackPlan, stage: Stage, module: ModuleBuilder, random: Random, settings: Settings) {
    this.#stage = stage;
    this.#module = module;
    this.#random = random;
    this.#settings = settings;
    this.#signature = signature;
    const values = swarm(random, plan.values(stage));
    const pauses = plan.pauses(stage);
    stage.equip(values, pauses, [...pauses, ...(plan.callback?.(stage) ?? [])]);
    this.#grammar = { values, statements: swarm(random, plan.statements(stage)) };
  }

  /** @returns the functions for the host to call */
  write(): readonly FunctionEntry[] {
    const runs: FunctionEntry[] = [];
    this.#export('cb', { params: [], results: [] }, this.#stage.calledBack, 2);
    for (let count = this.#random.int(1, MAX_RUNS); count > 0; count--) {
      runs.push(this.#export(`run${runs.length}`, this.#signature(this.#random), this.#grammar, this.#random.int(2, 6)));
    }
    this.#addChurn();
    const { sum } = this.#stage.sinks;
    const observe = this.#module.add({ params: [], results: [ValType.i32] }, (body) => body.emit('global.get', { global: sum }));
    this.#module.export('observe', 'func', observe.index);
    return runs;
  }

  /** What the host calls between a throw and its handler. */
  #addChurn(): void {
    const churn = this.#module.add({ params: [], results: [] }, (body) => {
      this.#stage.churn(new Emitter(this.#module, this.#random, this.#stage.calledBack, this.#settings, body));
    });
    this.#module.export('churn', 'func', churn.index);
  }

  #export(name: string, signature: Signature, grammar: Grammar, statements: number): FunctionEntry {
    const entry = this.#module.declare(signature);
    this.#module.define(entry, (body) => {
      const e = new Emitter(this.#module, this.#random, grammar, this.#settings, body);
      for (let count = this.#random.int(1, 3); count > 0; count--) body.variable(this.#stage.drawVariableType());
      e.statements(statements, DEPTH);
      for (const type of signature.results) e.valueOf(type, VALUE_DEPTH);
    });
    this.#module.export(name, 'func', entry.index);
    return entry;
  }
}

// --- What the host does ----------------------------------------------------------------------------------

function drawSteps({ steps: more }: StackProfile, random: Random, runs: readonly FunctionEntry[]): readonly Step[] {
  const steps: Step[] = [{ kind: 'instantiate', module: 0 }];
  for (let count = random.int(1, MAX_CALLS); count > 0; count--) {
    if (random.chance(0.3)) steps.push({ kind: 'collect' });
    if (more !== undefined) steps.push(...more(random));
    const run = random.int(0, runs.length - 1);
    const { params, results } = runs[run]!;
    const args = params.map((type) => drawArgument(random, type));
    const call: Step = { kind: 'call', module: 0, export: `run${run}`, args };
    steps.push(results.length > 0 && random.chance(0.4) ? { ...call, keep: random.int(0, SLOTS - 1) } : call);
  }
  return [...steps, { kind: 'call', module: 0, export: 'observe', args: [] }];
}
