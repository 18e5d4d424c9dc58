import { describe, expect, it } from 'vitest';
import type { HeapGraph, Observation, ObservedFault, ObservedOutcome, ObservedValue } from '#fuzz/engines/observation.ts';
import { judge } from './registry.ts';
import { signatureOf } from './verdict.ts';

const EFFORT = { instructions: 0, collections: 0, allocations: 0, safePoints: 0 };
const graph = (...words: number[]): HeapGraph => ({ words: Int32Array.from(words), objects: 1 });
const i32 = (value: number): ObservedValue => ({ kind: 'i32', value });
const returned = (...values: ObservedValue[]): ObservedOutcome => ({ kind: 'returned', values });
const FAULT: ObservedFault = { oracle: 'audit', invariant: 'C9', message: '0x10 has a count of 1', defect: 'undercount', operation: 'array.copy', holders: ['element'] };

function observation(outcomes: readonly ObservedOutcome[], rest: Partial<Observation> = {}): Observation {
  return { outcomes, hostTrace: [], heap: undefined, effort: EFFORT, ...rest };
}
function judgeBoth(drc: Observation, none: Observation) {
  return judge([
    { engine: 'drc', observation: drc },
    { engine: 'null', observation: none },
  ]);
}
function failureOf(drc: Observation, none: Observation) {
  const verdict = judgeBoth(drc, none);
  return verdict.kind === 'disagree' ? verdict.failure : undefined;
}

describe('judge', () => {
  it('finds that an engine agrees with itself', () => {
    const seen = observation([{ kind: 'instantiated' }, returned(i32(1)), { kind: 'trapped', trap: 'unreachable' }, { kind: 'threw' }], {
      hostTrace: [{ name: 'val', args: [{ kind: 'host', number: 3 }] }],
      heap: graph(1, 2),
    });
    expect(judgeBoth(seen, structuredClone(seen))).toEqual({ kind: 'agree' });
  });

  it.each<[string, ObservedOutcome, ObservedOutcome]>([
    ['differential / results / call / none', returned(i32(1)), returned(i32(2))],
    ['differential / results / call / none', returned(i32(1)), returned()],
    ['differential / results / call / none', returned({ kind: 'null' }), returned({ kind: 'i31', value: 0 })],
    ['differential / results / call / none', returned({ kind: 'object', node: 1 }), returned({ kind: 'object', node: 2 })],
    ['differential / results / call / none', returned({ kind: 'host', number: 1 }), returned({ kind: 'host', number: 2 })],
    ['differential / results / call / none', returned({ kind: 'f64', bits: 0n }), returned({ kind: 'f64', bits: 1n << 63n })],
    ['differential / outcome / returned or trapped castFailure / none', returned(), { kind: 'trapped', trap: 'castFailure' }],
    ['differential / outcome / trapped unreachable or trapped castFailure / none', { kind: 'trapped', trap: 'unreachable' }, { kind: 'trapped', trap: 'castFailure' }],
    ['differential / outcome / threw or linkError / none', { kind: 'threw' }, { kind: 'linkError' }],
  ])('reports %s', (signature, drc, none) => {
    const failure = failureOf(observation([returned(), drc]), observation([returned(), none]));
    expect(failure && signatureOf(failure)).toBe(signature);
    expect(failure?.message).toMatch(/^step 1: drc .*, null /);
  });

  it('cannot tell objects apart that an engine does not number', () => {
    const drc = observation([returned({ kind: 'object', node: 4 })]);
    expect(judgeBoth(drc, observation([returned({ kind: 'object', node: undefined })]))).toEqual({ kind: 'agree' });
  });

  it('compares host calls', () => {
    const seen = (...args: readonly ObservedValue[]) => observation([returned()], { hostTrace: [{ name: 'val', args }] });
    expect(failureOf(seen(i32(1)), seen(i32(2)))).toMatchObject({ invariant: 'host calls', operation: 'arguments' });
    expect(failureOf(seen(), observation([returned()]))).toMatchObject({
      operation: 'order',
      message: 'host call 0: drc calls val(), null makes none',
    });
  });

  it('compares heaps where both show one', () => {
    const seen = (heap: HeapGraph | undefined) => observation([returned()], { heap });
    expect(failureOf(seen(graph(1, 2)), seen(graph(1, 3)))).toMatchObject({ invariant: 'heap', operation: 'contents' });
    expect(failureOf(seen(graph(1, 2)), seen(graph(1)))).toMatchObject({ invariant: 'heap' });
    expect(judgeBoth(seen(graph(1, 2)), seen(undefined))).toEqual({ kind: 'agree' });
  });

  it('says nothing after a limit, but something about what came before', () => {
    const limited = observation([returned(i32(1)), { kind: 'exhausted', resource: 'heap' }]);
    expect(judgeBoth(observation([returned(i32(1)), returned()]), limited)).toEqual({ kind: 'inconclusive', reason: 'null: heap' });
    expect(judgeBoth(limited, observation([returned(i32(1)), returned()]))).toEqual({ kind: 'inconclusive', reason: 'drc: heap' });
    expect(failureOf(observation([returned(i32(2)), returned()]), limited)).toMatchObject({ invariant: 'results' });
  });

  it('says nothing when nothing ran', () => {
    const nothing = observation([{ kind: 'invalid' }, { kind: 'skipped' }]);
    expect(judgeBoth(nothing, nothing)).toEqual({ kind: 'inconclusive', reason: 'nothing to run' });
  });

  it('reports a fault of either engine before anything else', () => {
    const broken = observation([returned(i32(7)), { kind: 'faulted', fault: FAULT }]);
    const healthy = observation([returned(i32(1)), returned()]);
    expect(failureOf(broken, healthy)).toEqual({ ...FAULT, message: 'drc: 0x10 has a count of 1' });
    expect(failureOf(healthy, broken)?.message).toBe('null: 0x10 has a count of 1');
    expect(signatureOf(failureOf(broken, healthy)!)).toBe('undercount / array.copy / element');
  });

  it('compares each engine with the first and prefers a difference to a limit', () => {
    const [first, limited, different] = [observation([returned(i32(1))]), observation([{ kind: 'exhausted', resource: 'fuel' }]), observation([returned(i32(2))])];
    const seen = [first, limited, different].map((seen, i) => ({ engine: `e${i}`, observation: seen }));
    expect(judge(seen)).toMatchObject({ kind: 'disagree', failure: { invariant: 'results' } });
    expect(judge(seen.slice(0, 2))).toEqual({ kind: 'inconclusive', reason: 'e1: fuel' });
  });
});
