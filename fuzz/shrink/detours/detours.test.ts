/** Each detour leads to something that reducers alone do not find. */
import { describe, expect, it } from 'vitest';
import type { Program } from '#fuzz/program/program.ts';
import { NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { asPrinted, programOf, textOf } from '#test/support/reduce.ts';
import { anyForExtern } from './any-for-extern.ts';
import { collectMore } from './collect-more.ts';
import { collectOnce } from './collect-once.ts';
import type { Detour } from './detour.ts';
import { fillArrays } from './fill-arrays.ts';
import { fixVariables } from './fix-variables.ts';
import { hoistFirst } from './hoist-first.ts';
import { inlineCopies } from './inline-copies.ts';
import { raiseNumbers } from './raise-numbers.ts';
import { smallerCollector } from './smaller-collector.ts';
import { unrollLoops } from './unroll-loops.ts';

function starts(detour: Detour, text: string): readonly Program[] {
  return detour.starts(programOf(text)).map((start) => start());
}
function texts(detour: Detour, text: string): readonly string[] {
  return starts(detour, text).map(textOf);
}

describe('detours', () => {
  it('collect-more changes nothing but the schedule, and collects at every safe point at last', () => {
    const before = programOf('(module)');
    const after = starts(collectMore, '(module)');
    expect(after.map(({ schedule }) => schedule)).toContainEqual({ ...NO_COLLECTIONS, zeal: 1 });
    expect(after.map((program) => ({ ...program, schedule: before.schedule }))).toEqual(after.map(() => before));
  });

  it('collect-once collects at one safe point each time', () => {
    const points = starts(collectOnce, '(module)').map(({ schedule }) => schedule);
    expect(points[2]).toEqual({ ...NO_COLLECTIONS, atSafePoints: [3] });
    expect(new Set(points.map(({ atSafePoints }) => atSafePoints.join())).size).toBe(points.length);
  });

  it('smaller-collector changes one knob of the collector each time', () => {
    const { collector } = programOf('(module)');
    for (const program of starts(smallerCollector, '(module)')) {
      const changed = Object.entries(program.collector).filter(([key, value]) => collector[key as keyof typeof collector] !== value);
      expect(changed).toHaveLength(1);
    }
  });

  it('fill-arrays puts objects where there was null', () => {
    const before = '(module (type (struct)) (type (array eqref)) (global eqref (array.new_default 1 (i32.const 2))))';
    expect(texts(fillArrays, before)).toContain(
      asPrinted('(module (type (struct)) (type (array eqref)) (global eqref (array.new_fixed 1 2 (struct.new_default 0) (struct.new_default 0))))'),
    );
  });

  it('fill-arrays lets one element differ from the others', () => {
    const before = '(module (type (struct)) (type (array eqref)) (global eqref (array.new 1 (struct.new_default 0) (i32.const 3))))';
    expect(texts(fillArrays, before)).toContain(
      asPrinted('(module (type (struct)) (type (array eqref)) (global eqref (array.new_fixed 1 3 (struct.new_default 0) (ref.null none) (struct.new_default 0))))'),
    );
  });

  it('hoist-first makes a global of a local', () => {
    const before = '(module (type (struct)) (type (func)) (func (type 1) (local eqref) (local.set 0 (struct.new 0)) (drop (local.get 0))))';
    const after = '(module (type (struct)) (type (func)) (global eqref (struct.new 0)) (func (type 1) (local eqref) (drop (global.get 0))))';
    expect(texts(hoistFirst, before)).toEqual([asPrinted(after)]);
  });

  it('fix-variables puts a number where a local is read, one at a time', () => {
    const before = '(module (func (param i32) (result i32) (i32.add (local.get 0) (local.get 0))))';
    const after = '(module (func (param i32) (result i32) (i32.add (local.get 0) (i32.const 2))))';
    expect(texts(fixVariables, before)).toContain(asPrinted(after));
    expect(texts(fixVariables, before)).toHaveLength(20);
  });

  it('raise-numbers puts large numbers in the place of small ones', () => {
    const before = '(module (func (result i32 i64) (i32.const 100) (i64.const 1)))';
    expect(texts(raiseNumbers, before)).toEqual([asPrinted('(module (func (result i32 i64) (i32.const 1024) (i64.const 1)))')]);
  });

  it('inline-copies unfolds recursion as deep as three calls', () => {
    const before = '(module (func (call 1 (i32.const 7))) (func (param i32) (call 1 (local.get 0))))';
    const inTheCaller = texts(inlineCopies, before).slice(0, 3);
    expect(inTheCaller.map((text) => text.match(/local\.set/g)?.length)).toEqual([1, 2, 3]);
  });

  it('unroll-loops puts the body two, three or four times in the place of the loop', () => {
    const before = '(module (func (loop (drop (i32.const 7)) (br_if 0 (i32.const 1)))))';
    const [twice] = texts(unrollLoops, before);
    const once = '(drop (i32.const 7)) (drop (i32.const 1))';
    expect(twice).toBe(asPrinted(`(module (func ${once} ${once}))`));
    expect(texts(unrollLoops, before)).toHaveLength(3);
  });

  it('any-for-extern makes an object of its own of what the host makes', () => {
    const before = `(module (type (func (param i32) (result externref))) (type (func)) (import "env" "mk" (func (type 0)))
      (func (type 1) (local externref) (local.set 0 (call 0 (i32.const 1)))))`;
    const [after] = texts(anyForExtern, before);
    expect(after).toContain('(local anyref)');
    expect(after).toContain('struct.new_default');
    expect(after).not.toContain('call 0');
  });

  it('there are none where there is nothing to change', () => {
    const before = '(module (func (drop (i32.const 1))))';
    for (const detour of [fillArrays, hoistFirst, inlineCopies, unrollLoops, anyForExtern]) expect(texts(detour, before)).toEqual([]);
  });
});
