/** A host that throws its store away and goes on with another one, which gets the heap and the numbers of the types. */
import { describe, expect, it } from 'vitest';
import { GENERATORS } from '#fuzz/generators/registry.ts';
import { compareObservations } from '#fuzz/oracles/differential.ts';
import type { Program, Step } from '#fuzz/program/program.ts';
import { HostRoots } from '#runtime/host-roots.ts';
import type { HostRoot } from '#runtime/host-roots.ts';
import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { PARTS } from '#runtime/parts.ts';
import { INSTANTIATE, call, programOf } from '#test/support/program.ts';
import { interpreterEngine, nullEngine } from './interpreter.ts';
import { SUSPECT, UNAUDITED } from './panel.ts';
import { prepare } from './prepare.ts';
import { Run } from './run.ts';
import { v8Engine } from './v8.ts';

const RENEW: Step = { kind: 'renew' };
const TEXT = `(module
  (type $a (struct (field i32)))
  (type $b (array (mut anyref)))
  (global $g (mut anyref) (ref.null any))
  (table (export "t") 1 anyref)
  (func (export "put") (result i32)
    (ref.is_null (global.get $g))
    (global.set $g (array.new_fixed $b 1 (struct.new $a (i32.const 5)))))
  (func (export "take") (result anyref) (global.get $g))
  (func (export "isNull") (param anyref) (result i32) (ref.is_null (local.get 0))))`;

const drc = interpreterEngine('drc', PARTS.drc, SUSPECT);
const ENGINES = [drc, nullEngine(UNAUDITED), v8Engine()];
const number = (value: number): object => ({ kind: 'returned', values: [{ kind: 'i32', value }] });

/** The same once more in a new store. */
function twice(program: Program): Program {
  return { ...program, steps: [...program.steps, RENEW, ...program.steps] };
}

describe.each(ENGINES.map((engine) => ({ name: engine.name, engine })))('a new store on $name', ({ engine }) => {
  const outcomes = (...steps: readonly Step[]): readonly object[] => engine.run(programOf([TEXT], steps)).outcomes;

  it('has no instances', () => {
    expect(outcomes(INSTANTIATE, RENEW, call('put'), RENEW, INSTANTIATE).slice(1)).toMatchObject([
      { kind: 'returned', values: [] },
      { kind: 'skipped' },
      { kind: 'returned' },
      { kind: 'instantiated' },
    ]);
  });

  it('starts from the beginning', () => {
    const put = [INSTANTIATE, call('put'), call('put')];
    expect(outcomes(...put, RENEW, ...put).filter((outcome) => 'values' in outcome)).toEqual([number(1), number(0), { kind: 'returned', values: [] }, number(1), number(0)]);
  });

  it('knows nothing of what was kept', () => {
    const keep: Step = { ...(call('take') as Extract<Step, { kind: 'call' }>), keep: 0 };
    const isNull = call('isNull', { kind: 'kept', slot: 0 });
    expect(outcomes(INSTANTIATE, call('put'), keep, isNull, RENEW, INSTANTIATE, isNull).filter((_, i) => i === 3 || i === 6)).toEqual([number(0), number(1)]);
  });
});

describe('a new store', () => {
  it('gets the heap, empty, and numbers of types that mean something else', () => {
    const program = programOf([TEXT], [INSTANTIATE, call('put'), RENEW]);
    const prepared = prepare(program);
    const run = new Run(program, prepared, PARTS.drc, SUSPECT);
    const before = run.store.registry;
    const { outcomes } = run.run();
    expect(outcomes).toHaveLength(3);
    const { heap, registry, globals, tables } = run.store;
    expect(heap.capacity).toBeGreaterThan(0);
    expect(heap).toMatchObject({ allocatedBytes: 0, listHead: 0, layouts: run.store.layouts });
    expect([globals.length, tables.length]).toEqual([0, 0]);
    expect(registry).not.toBe(before);
    expect(registry.size).toBe(before.size);
  });

  it('is the same for both collectors and for V8, whatever the Program', () => {
    for (const { name, generate } of GENERATORS) {
      const program = twice(generate(3));
      const [subject, reference, v8] = [interpreterEngine('drc', PARTS.drc), ...ENGINES.slice(1)].map((engine) => ({ engine: engine.name, observation: engine.run(program) }));
      expect(subject!.observation.outcomes.at(-1)?.kind, name).not.toBe('faulted');
      if ([subject, reference].some((one) => one!.observation.outcomes.at(-1)?.kind === 'exhausted')) continue;
      expect(compareObservations(reference!, subject!), name).not.toHaveProperty('failure');
      expect(compareObservations(reference!, v8!, { sharesLimits: false }), name).not.toHaveProperty('failure');
    }
  }, 60_000);

  it('comes when the old one has been searched for leaks', () => {
    const Forgetful = class extends HostRoots {
      override release(root: HostRoot): void {
        this.refOf(root);
      }
    };
    const program = programOf([TEXT], [INSTANTIATE, { ...(call('take') as Extract<Step, { kind: 'call' }>), keep: 0 }, RENEW, INSTANTIATE]);
    const putFirst = { ...program, steps: [INSTANTIATE, call('put'), ...program.steps.slice(1)] };
    const { outcomes } = interpreterEngine('drc', { ...PARTS.drc, HostRoots: Forgetful }, SUSPECT).run(putFirst);
    expect(outcomes.at(-1)).toMatchObject({ kind: 'faulted', fault: { oracle: 'leakCheck', invariant: 'forgottenRoot' } });
    expect(outcomes).toHaveLength(4);
  });

  it('may be what a collector gets wrong', () => {
    const Heap = class extends (PARTS.drc.Heap as typeof DrcHeap) {
      override renew(layouts: DrcHeap['layouts']): void {
        const { listHead, listLength } = this;
        super.renew(layouts);
        Object.assign(this, { listHead, listLength });
      }
    };
    // What is taken down before leaves no member, unless nobody looks.
    const { outcomes } = interpreterEngine('drc', { ...PARTS.drc, Heap }, UNAUDITED).run(programOf([TEXT], [INSTANTIATE, call('put'), RENEW, { kind: 'collect' }]));
    expect(outcomes.at(-1)).toMatchObject({ kind: 'faulted' });
  });
});
