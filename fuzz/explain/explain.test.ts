import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { arrayCopyReleaseBeforeCount } from '#fuzz/faults/classics/array-copy-release-before-count.ts';
import { constExprNestedNoClone } from '#fuzz/faults/ownership/const-expr-nested-no-clone.ts';
import { partsWith } from '#fuzz/faults/parts-with.ts';
import { readEntry } from '#fuzz/program/entry.ts';
import type { Program } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { DrcHeap } from '#runtime/collectors/drc.ts';
import type { Parts } from '#runtime/parts.ts';
import { PARTS } from '#runtime/parts.ts';
import type { Value } from '#runtime/value.ts';
import type { ValType } from '#wasm/syntax/types.ts';
import { parse } from '#wasm/text/parse.ts';
import type { Explanation } from './explain.ts';
import { explain } from './explain.ts';
import { explanationText } from './explanation-text.ts';

const { program } = readEntry(fileURLToPath(new URL('../../corpus/seeds/self-copy', import.meta.url)));

function story(program: Program, parts: Parts): Extract<Explanation, { kind: 'heap' }>['chronicle'] {
  const explanation = explain(program, { ...PARTS, drc: parts }, []);
  if (explanation.kind !== 'heap') throw new Error(`there is no story: ${explanationText(explanation).join('\n')}`);
  return explanation.chronicle;
}

function programOf(text: string): Program {
  const calls = { kind: 'call', module: 0, export: 'run', args: [] } as const;
  return {
    modules: [{ name: 'm', module: parse(text) }],
    steps: [{ kind: 'instantiate', module: 0 }, calls],
    schedule: NO_COLLECTIONS,
    collector: DEFAULT_KNOBS,
    limits: DEFAULT_PROGRAM_LIMITS,
  };
}

/** The heap with some of its barriers broken. */
function broken(breakHeap: (Heap: typeof DrcHeap) => typeof DrcHeap): Parts {
  return { ...PARTS.drc, Heap: breakHeap(PARTS.drc.Heap as typeof DrcHeap) };
}

describe('the story of issue 10182', () => {
  const { guilty, defect, firstWrong, noticed, suspect } = story(program, constExprNestedNoClone.plant(PARTS.drc));

  it('blames the initialiser, not the copy that noticed', () => {
    expect({ guilty, defect }).toEqual({ guilty: 'constant expression', defect: 'undercount' });
    expect(firstWrong?.place).toEqual({ step: 0, site: 'constant expression', collection: undefined });
    expect(noticed).toMatchObject({ invariant: 'C1', place: { step: 1, site: 'instruction 7 (array.copy) of function 0' } });
  });

  it('tells who took and gave back each count', () => {
    expect(suspect?.address).toBe(0x10);
    expect(suspect?.life.events).toMatchObject([
      { kind: 'allocated', count: 1, place: { step: 0, site: 'instruction 0 (array.new_fixed) of global 0' } },
      { kind: 'passed', from: { kind: 'inHand' }, to: { kind: 'stackRootList' }, unmatched: false },
      { kind: 'retained', count: 2, owner: { kind: 'element', address: 0x30, index: 0 } },
      { kind: 'released', count: 1, owner: { kind: 'inHand' }, unmatched: true },
      { kind: 'wrong' },
      { kind: 'passed', from: { kind: 'stackRootList' }, to: { kind: 'pendingDrop' }, place: { step: 1, collection: 'entry' } },
      { kind: 'released', count: 0, owner: { kind: 'pendingDrop' } },
      { kind: 'freed' },
    ]);
  });

  it('reckons at the first wrong moment', () => {
    expect(firstWrong?.reckoning).toEqual({
      what: 'array of type 0',
      stored: 1,
      holders: [{ kind: 'element', address: 0x30, index: 0 }, { kind: 'stackRootList' }],
      discrepancies: [{ owner: { kind: 'inHand' }, owned: -1, found: 0 }],
    });
    expect(firstWrong?.picture).toMatchObject({
      nodes: [{ id: '0x30', layer: -1 }, { id: 'the stack-root list', layer: -1 }, { id: '0x10', layer: 0, object: { count: 1, owners: 2, listed: true } }],
      omitted: 0,
    });
  });
});

describe('the other story of the same module', () => {
  const { guilty, firstWrong, suspect } = story(program, arrayCopyReleaseBeforeCount.plant(PARTS.drc));

  it('ends within the guilty operation, where the object is gone and still held', () => {
    expect({ guilty, firstWrong }).toEqual({ guilty: 'array.copy', firstWrong: undefined });
    expect(suspect?.life.events.slice(-3)).toMatchObject([
      { kind: 'passed', from: { kind: 'inHand' }, to: { kind: 'pendingDrop' }, unmatched: true, place: { site: 'instruction 7 (array.copy) of function 0' } },
      { kind: 'released', count: 0 },
      { kind: 'freed' },
    ]);
    expect(suspect?.end.reckoning).toMatchObject({ what: undefined, holders: [{ kind: 'element', address: 0x30, index: 0 }] });
  });
});

describe('a barrier that does not count', () => {
  const STORE = `(module
    (type $t (struct (field (mut anyref))))
    (global $g (mut anyref) (ref.null any))
    (func (export "run") (global.set $g (struct.new $t (struct.new_default $t)))))`;

  it('shows as a store that nobody counted, of the very cell', () => {
    const parts = broken((Heap) => class extends Heap {
      override initBarrier(cells: Int32Array, index: number, ref: number): void {
        cells[index] = ref;
      }
    });
    const { guilty, suspect, firstWrong } = story(programOf(STORE), parts);
    expect(guilty).toBe('struct.new');
    expect(suspect?.life.events).toContainEqual(expect.objectContaining({ kind: 'stored uncounted', owner: expect.objectContaining({ kind: 'field', field: 0 }) }));
    expect(firstWrong?.reckoning.discrepancies).toMatchObject([{ owner: { kind: 'field', field: 0 }, owned: 0, found: 1 }]);
  });

  it('shows as an overwritten cell that gave nothing back', () => {
    const parts = broken((Heap) => class extends Heap {
      override writeBarrier(cells: Int32Array, index: number, ref: number): void {
        this.clone(ref);
        cells[index] = ref;
      }
    });
    const text = STORE.replace('(func (export "run")', '(func (export "run") (global.set $g (struct.new_default $t)) ');
    const { guilty, defect, suspect, firstWrong } = story(programOf(text), parts);
    expect({ guilty, defect }).toEqual({ guilty: 'global.set', defect: 'overcount' });
    expect(suspect?.life.events).toContainEqual(expect.objectContaining({ kind: 'overwritten uncounted', owner: { kind: 'global', index: 0 } }));
    expect(firstWrong?.reckoning.discrepancies).toMatchObject([{ owner: { kind: 'global', index: 0 }, owned: 1, found: 0 }]);
  });
});

describe('a long life', () => {
  it('is told without its repetitions', () => {
    const text = `(module
      (type $leaf (struct))
      (type $a (array (mut anyref)))
      (global $g (ref $a) (array.new_fixed $a 6 ${'(global.get $l) '.repeat(6)}))
      (func (export "run") (drop (global.get $g))))`;
    const leaf = text.replace('(global $g', '(global $l (ref $leaf) (struct.new $leaf)) (global $g');
    const lines = explanationText(explain(programOf(leaf), partsWith(constExprNestedNoClone), []));
    expect(lines).toContain('    ... 4 more like it ...');
    expect(lines.filter((line) => line.startsWith('    +1 element'))).toHaveLength(2);
  });
});

describe('what names no object', () => {
  it('has nothing to tell of a healthy runtime', () => {
    expect(explain(program, PARTS, [])).toMatchObject({ kind: 'nothing' });
  });

  it('is told step by step up to where the twins part', () => {
    const HostBoundary = class extends PARTS.drc.HostBoundary {
      protected override valueToHost(type: ValType, words: Int32Array, at: number): Value {
        const value = super.valueToHost(type, words, at);
        return value.kind === 'i32' ? { kind: 'i32', value: value.value + 1 } : value;
      }
    };
    const explanation = explain(programOf('(module (func (export "run") (result i32) (i32.const 3)))'), { ...PARTS, drc: { ...PARTS.drc, HostBoundary } }, []);
    expect(explanation).toMatchObject({
      kind: 'difference',
      comparison: {
        left: 'null',
        right: 'drc',
        steps: [{ same: true }, { step: 'call "run"', left: 'returned i32:3', right: 'returned i32:4', same: false }],
      },
    });
    expect(explanationText(explanation).at(-1)).toContain('here they part');
  });
});
