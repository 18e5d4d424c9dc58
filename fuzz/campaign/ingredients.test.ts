import { expect, it } from 'vitest';
import { parse } from '#wasm/text/parse.ts';
import type { Ingredient } from './ingredients.ts';
import { hasIngredient } from './ingredients.ts';

const has = (ingredient: Ingredient, text: string): boolean => hasIngredient(parse(text), ingredient);

it('finds an instruction in the body of any function', () => {
  expect(has('ref.i31', '(module (func) (func (drop (ref.i31 (i32.const 0)))))')).toBe(true);
  expect(has('i31.get_s', '(module (func) (func (drop (ref.i31 (i32.const 0)))))')).toBe(false);
});

it('tells declarative segments from others', () => {
  expect(has('elem declare', '(module (elem func 0) (elem declare func 0) (func))')).toBe(true);
  expect(has('elem declare', '(module (elem func 0) (func))')).toBe(false);
});

it.each([
  [true, '(module (func (drop (i32.const -1)) BODY))'],
  [false, '(module (func (drop (i32.const 1)) BODY))'],
  [false, '(module (func (drop (i32.const -1))) (func BODY))'],
])('tells an array.copy beside a negative constant: %s', (expected, text) => {
  const copy = '(array.copy 0 0 (ref.null 0) (i32.const 0) (ref.null 0) (i32.const 0) (i32.const 0))';
  expect(has('array.copy beside a negative constant', text.replace('(module', '(module (type (array (mut i32)))').replace('BODY', copy))).toBe(expected);
});

it.each([
  ['a block', true, '(block (result anyref anyref) (ref.null any) (ref.null any) (br_if 0 (i32.const 0))) drop drop'],
  ['a block farther out', true, '(block (result anyref anyref) (block) (ref.null any) (ref.null any) (loop (param anyref anyref) (result anyref anyref) (br_if 1 (i32.const 0)))) drop drop'],
  ['the function', true, '(br_if 0 (ref.null any) (ref.null any) (i32.const 0)) drop drop'],
  ['one reference and a number', false, '(block (result anyref i32) (ref.null any) (i32.const 0) (br_if 0 (i32.const 0))) drop drop'],
  ['the entry of a loop without parameters', false, '(loop (result anyref anyref) (br_if 0 (i32.const 0)) (ref.null any) (ref.null any)) drop drop'],
  ['another branch', false, '(block (result anyref anyref) (ref.null any) (ref.null any) (br 0)) drop drop'],
])('knows what a br_if carries: %s', (_, expected, body) => {
  expect(has('br_if of references', `(module (func (result anyref anyref) ${body} (ref.null any) (ref.null any)))`)).toBe(expected);
});
