/** Reducers of what is read from tables and segments, and of what decides branches. */
import { expect, it } from 'vitest';
import { asPrinted, reducedText } from '#test/support/reduce.ts';
import type { Predicate } from '../examiner.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { decideBranches } from './decide-branches.ts';
import { dropBlockParams } from './drop-block-params.ts';
import { inlineElements } from './inline-elements.ts';
import { shiftElements } from './shift-elements.ts';
import { toggleCounters } from './toggle-counters.ts';
import { unwrapBlocks } from './unwrap-blocks.ts';

/** Whether the first function has instructions of this name. */
function has(name: keyof typeof Op): Predicate {
  return ({ modules }) => modules[0]!.module.functions[0]!.body.some(({ op }) => op === Op[name]);
}

it('inline-elements writes the elements of a segment where an array is made of them', () => {
  const before = `(module (type (array eqref)) (type (struct)) (elem eqref (item (ref.null eq)) (item (struct.new 1)))
    (func (result (ref 0)) (array.new_elem 0 0 (i32.const 1) (i32.const 1))))`;
  const after = '(module (type (array eqref)) (type (struct)) (type (func (result (ref 0)))) (func (type 2) (array.new_fixed 0 1 (struct.new 1))))';
  expect(reducedText(inlineElements, before)).toBe(asPrinted(after));
});

it('inline-elements writes the initial value of a table where an entry is read', () => {
  const before = '(module (type (struct)) (table 3 eqref (struct.new 0)) (func (result eqref) (table.get 0 (i32.const 2))))';
  expect(reducedText(inlineElements, before)).toBe(asPrinted('(module (type (struct)) (type (func (result eqref))) (func (type 1) (struct.new 0)))'));
});

it('inline-elements leaves alone what lies outside of a segment', () => {
  const before = '(module (type (array eqref)) (elem eqref (item (ref.null eq))) (func (result (ref 0)) (array.new_elem 0 0 (i32.const 1) (i32.const 1))))';
  expect(reducedText(inlineElements, before)).toBe(asPrinted(before));
});

it('toggle-counters lets a loop be gone through twice without a number', () => {
  const before = `(module (func (local i32) (local.set 0 (i32.const 2))
    (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`;
  const after = '(module (func (local i32) (loop (br_if 0 (local.tee 0 (i32.eqz (local.get 0)))))))';
  expect(reducedText(toggleCounters, before)).toBe(asPrinted(after));
});

it('decide-branches leaves out what a branch depended on when it is always taken', () => {
  const before = '(module (func (param i32) (loop (br_if 0 (i32.eqz (i32.clz (local.get 0)))))))';
  expect(reducedText(decideBranches, before, has('br'))).toBe(asPrinted('(module (func (param i32) (loop (br 0))))'));
});

it('shift-elements leaves out the first element, and looks for the next one where that was', () => {
  const before = `(module (type (array i32)) (global (ref 0) (array.new_fixed 0 2 (i32.const 5) (i32.const 6)))
    (func (result i32) (array.get 0 (global.get 0) (i32.const 1))))`;
  const after = `(module (type (array i32)) (type (func (result i32))) (global (ref 0) (array.new_fixed 0 1 (i32.const 6)))
    (func (type 1) (array.get 0 (global.get 0) (i32.const 0))))`;
  expect(reducedText(shiftElements, before)).toBe(asPrinted(after));
});

it('shift-elements shortens all arrays that are as long together, and the length that a copy has', () => {
  const array = (elements: string, length: number): string => `(array.new_fixed 0 ${length} ${elements})`;
  const copying = (to: string, from: string, length: number): string =>
    `(module (type (array (mut i32))) (func (array.copy 0 0 ${to} (i32.const 0) ${from} (i32.const 0) (i32.const ${length}))))`;
  const before = copying(array('(i32.const 0) (i32.const 0)', 2), array('(i32.const 0) (i32.const 0)', 2), 2);
  const isWhole: Predicate = ({ modules }) => {
    const lengths = modules[0]!.module.functions[0]!.body.flatMap((made) => (made.op === Op['array.new_fixed'] ? [made.length] : []));
    return new Set(lengths).size === 1 && modules[0]!.module.functions[0]!.body.some((length) => length.op === Op['i32.const'] && length.value === lengths[0]);
  };
  expect(reducedText(shiftElements, before, isWhole)).toBe(asPrinted(copying(array('(i32.const 0)', 1), array('(i32.const 0)', 1), 1)));
});

it('unwrap-blocks makes a block of a branch, when what branches there must stay', () => {
  const before = '(module (func (param i32) (if (i32.const 1) (then (br_if 0 (local.get 0)) (nop)) (else unreachable))))';
  const keeps: Predicate = (program) => has('br_if')(program) && (has('if')(program) || has('block')(program));
  expect(reducedText(unwrapBlocks, before, keeps)).toBe(asPrinted('(module (func (param i32) (block (br_if 0 (local.get 0)) (nop))))'));
});

it('drop-block-params leaves out operands of blocks, with the results that they become', () => {
  const block = (types: string, operands: string): string => `(module (type (func ${types}))
    (func ${operands} (loop (type 0) (drop) (i64.const 3)) (unreachable)))`;
  const before = block('(param f32 externref i64) (result f32 externref i64)', '(f32.const 1) (ref.null extern) (i64.const 2)');
  const keeps: Predicate = ({ modules }) => modules[0]!.module.functions[0]!.body.some(({ op }) => op === Op.loop) && modules[0]!.module.functions[0]!.body.some(({ op }) => op === Op['ref.null']);
  const after = `(module (type (func)) (type (func (param externref i64) (result externref i64)))
    (func (type 0) (ref.null extern) (i64.const 2) (loop (type 1) (drop) (i64.const 3)) (unreachable)))`;
  expect(reducedText(dropBlockParams, before, keeps)).toBe(asPrinted(after));
});
