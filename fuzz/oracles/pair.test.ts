import { describe, expect, it } from 'vitest';
import type { ObservedOutcome } from '#fuzz/engines/observation.ts';
import type { EngineObservation } from './differential.ts';
import { judgePair } from './pair.ts';

function seen(engine: string, outcome: ObservedOutcome | number): EngineObservation {
  const one: ObservedOutcome = typeof outcome === 'number' ? { kind: 'returned', values: [{ kind: 'i32', value: outcome }] } : outcome;
  return { engine, observation: { outcomes: [one], hostTrace: [], heap: undefined, effort: { instructions: 0, collections: 0, allocations: 0, safePoints: 0 } } };
}

function blamed(references: readonly EngineObservation[], subjects: readonly EngineObservation[], witness = seen('null', 5)): readonly string[] | undefined {
  const verdict = judgePair(references, subjects, witness);
  return verdict.kind === 'disagree' ? verdict.failure.holders : undefined;
}

describe('judgePair', () => {
  it('blames who is alone', () => {
    expect(blamed([seen('wasmtime:null', 5)], [seen('wasmtime:drc', 6)])).toEqual(['wasmtime:drc']);
    expect(blamed([seen('drc', 5)], [seen('v8', 6), seen('jsc', 5)])).toEqual(['v8']);
    expect(blamed([seen('v8', 6)], [seen('jsc', 6), seen('wasmtime:drc', 5), seen('binaryen', 6)])).toEqual(['null', 'wasmtime:drc']);
  });

  it('does not let variants of one engine outvote the others', () => {
    const variants = ['jsc', 'jsc:bbq', 'jsc:omg'];
    expect(blamed([seen('null', 5)], variants.map((engine) => seen(engine, 6)))).toEqual(variants);
    expect(blamed([seen('null', 5)], variants.map((engine) => seen(engine, { kind: 'invalid' })))).toEqual(variants);
  });

  it('blames all that were chosen when there are as many on either side', () => {
    expect(blamed([seen('v8', 6)], [seen('drc', 5), seen('jsc', 6)])).toEqual(['drc', 'jsc', 'v8']);
  });

  it('does not count those that have met a limit', () => {
    expect(blamed([seen('null', 5)], [seen('v8', 6), seen('jsc', { kind: 'exhausted', resource: 'memory' })])).toEqual(['v8']);
  });

  it('tells bugs apart by what their engine says it takes to see them', () => {
    const subject = seen('binaryen-opt', 6);
    const needing = (...flags: readonly string[]): EngineObservation => ({ ...subject, observation: { ...subject.observation, flags } });
    expect(blamed([seen('null', 5)], [needing('--dae', '--vacuum')])).toEqual(['binaryen-opt', '--dae --vacuum']);
    expect(blamed([seen('null', 5)], [needing()])).toEqual(['binaryen-opt', 'no flag']);
    expect(judgePair([seen('null', 5)], [needing('--dae')], seen('null', 5))).toMatchObject({ failure: { flags: ['--dae'] } });
  });

  it('is content when only the witness sees something else', () => {
    expect(blamed([seen('v8', 6)], [seen('jsc', 6)])).toBeUndefined();
  });
});
