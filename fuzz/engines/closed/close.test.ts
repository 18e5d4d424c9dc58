import { describe, expect, it } from 'vitest';
import { GENERATORS } from '#fuzz/generators/registry.ts';
import { compareObservations } from '#fuzz/oracles/differential.ts';
import { NO_COLLECTIONS, DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS } from '#fuzz/program/program.ts';
import type { Program, Step } from '#fuzz/program/program.ts';
import { parse } from '#wasm/text/parse.ts';
import { nullEngine } from '../interpreter.ts';
import { UNAUDITED } from '../panel.ts';
import { prepare } from '../prepare.ts';
import { v8Engine } from '../v8.ts';
import { closeProgram } from './close.ts';
import { usesGcTypes } from './gc-types.ts';

const SEEDS = 5;

function programOf(text: string, steps: readonly Step[]): Program {
  return {
    modules: [{ name: 'm', module: parse(text) }],
    steps: [{ kind: 'instantiate', module: 0 }, ...steps],
    schedule: NO_COLLECTIONS,
    collector: DEFAULT_KNOBS,
    limits: DEFAULT_PROGRAM_LIMITS,
  };
}
const run = nullEngine(UNAUDITED);

/** Outcomes of the closed Program for the steps of the original, drivers and host left out. */
function outcomesOf(program: Program): readonly unknown[] {
  const { program: closed, origins } = closeProgram(program);
  const { outcomes } = run.run(closed);
  return outcomes.filter((_, i) => origins[i] !== undefined && closed.steps[i]!.kind === 'call').map((outcome) => (outcome.kind === 'returned' ? outcome.values.map((value) => ('value' in value ? Number(value.value) : value.kind)) : outcome.kind));
}
const call = (name: string, args: Extract<Step, { kind: 'call' }>['args'] = [], keep?: number): Step => ({
  kind: 'call',
  module: 0,
  export: name,
  args,
  ...(keep !== undefined && { keep }),
});

describe('closeProgram', () => {
  it.each(GENERATORS.map(({ name, generate }) => ({ name, generate })))('makes of $name what is valid and seen alike by V8', ({ generate }) => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const program = generate(seed);
      const closed = closeProgram(program).program;
      const valid = prepare(program).modules.map((module) => module !== undefined);
      expect(prepare(closed).modules.slice(1, valid.length + 1).map((module) => module !== undefined)).toEqual(valid);
      const observation = run.run(closed);
      if (observation.outcomes.at(-1)?.kind === 'exhausted') continue;
      const verdict = compareObservations({ engine: 'null', observation }, { engine: 'v8', observation: v8Engine().run(closed) }, { sharesLimits: false });
      expect(verdict, `seed ${seed}`).not.toHaveProperty('failure');
    }
  });

  it('asks an engine for nothing but a collector, and calls without arguments', () => {
    for (const { generate } of GENERATORS) {
      const { program } = closeProgram(generate(1));
      const asked = program.modules.flatMap(({ module }) => module.imports).filter(({ module }) => module === 'env');
      expect(asked.map(({ name }) => name)).toEqual(['gc']);
      expect(program.steps.every((step) => step.kind === 'instantiate' || step.kind === 'drop' || (step.kind === 'call' && step.args.length === 0))).toBe(true);
    }
  });

  it('gives a host without GC types to a Program without them', () => {
    const program = programOf('(module (import "env" "mk" (func $mk (param i32) (result externref))) (func (export "two") (result externref funcref) (call $mk (i32.const 7)) (ref.null func)))', [call('two', [], 0), call('two', [{ kind: 'kept', slot: 0 }])]);
    const closed = closeProgram(program, { withoutGc: true }).program;
    expect(closed.modules.map(({ module }) => usesGcTypes(module))).toEqual([false, false, false]);
    expect(run.run(closed).outcomes.find(({ kind }) => kind === 'returned')).toMatchObject({ values: [{ value: 1 }, { value: 1 }] });
    const gc = programOf('(module (func (export "run") (drop (ref.i31 (i32.const 1)))))', [call('run'), { kind: 'collect' }]);
    expect(closeProgram(gc, { withoutGc: true }).program.modules.map(({ module }) => usesGcTypes(module))).toEqual([true, true]);
  });

  it('shows references, vectors and NaNs as numbers', () => {
    const program = programOf(
      `(module (import "env" "mk" (func $mk (param i32) (result externref)))
        (func (export "refs") (result anyref anyref externref funcref) (ref.i31 (i32.const -5)) (ref.null any) (call $mk (i32.const 7)) (ref.null func))
        (func (export "nan") (result f64) (f64.div (f64.const 0) (f64.const 0)))
        (func (export "vector") (result v128) (v128.const i64x2 1 2)))`,
      [call('refs'), call('nan'), call('vector')],
    );
    expect(outcomesOf(program)).toEqual([[-5 * 4 + 1, 0, 7 * 4 + 2, 1], [Number(0x7ff8_0000_0000_0000n)], [1, 2]]);
  });

  it('passes host objects and kept values on, and leaves out what does not fit', () => {
    const program = programOf(
      `(module (import "env" "val" (func $val (param externref) (result i32)))
        (func (export "new") (result anyref) (ref.i31 (i32.const 9)))
        (func (export "show") (param anyref) (result anyref) (local.get 0))
        (func (export "val") (param externref) (result i32) (call $val (local.get 0))))`,
      [call('new', [], 3), call('show', [{ kind: 'kept', slot: 3 }]), call('val', [{ kind: 'host', number: 4 }]), call('val', [{ kind: 'i32', value: 1 }]), { kind: 'release', slot: 3 }, call('show', [{ kind: 'kept', slot: 3 }])],
    );
    expect(outcomesOf(program)).toEqual([[37], [37], [4], [], [0]]);
  });

  it('drops everything where a store ends', () => {
    const program = programOf(
      `(module (global $g (export "g") (mut anyref) (ref.null any))
        (func (export "new") (result anyref) (global.set $g (ref.i31 (i32.const 9))) (global.get $g))
        (func (export "show") (param anyref) (result anyref) (local.get 0))
        (func (export "held") (result anyref) (global.get $g)))`,
      [call('new', [], 3), { kind: 'renew' }, call('held'), { kind: 'instantiate', module: 0 }, call('held'), call('show', [{ kind: 'kept', slot: 3 }])],
    );
    const values = outcomesOf(program);
    expect([values[0], ...values.slice(-2)]).toEqual([[37], [0], [0]]);
    expect(closeProgram(program).program.steps.filter(({ kind }) => kind === 'drop').length).toBeGreaterThan(0);
  });

  it('has the host call back, and tells of the order of calls', () => {
    const text = (after: string): string => `(module (import "env" "cb_gc" (func $back)) (import "env" "mk" (func $mk (param i32) (result externref)))
      (tag $t) (func (export "cb") (drop (call $mk (i32.const 1))) (throw $t))
      (func (export "churn") (drop (call $mk (i32.const ${after}))))
      (func (export "run") (call $back)))`;
    const traceOf = (after: string): unknown => run.run(closeProgram(programOf(text(after), [call('run')])).program).outcomes.at(-1);
    expect(outcomesOf(programOf(text('2'), [call('run')]))).toEqual(['threw']);
    expect(traceOf('2')).not.toEqual(traceOf('3'));
  });
});
