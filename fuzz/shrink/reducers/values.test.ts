/** Reducers of where values are made, kept and dropped. */
import { describe, expect, it } from 'vitest';
import { asPrinted, reducedText } from '#test/support/reduce.ts';
import { dropOperands } from './drop-operands.ts';
import { dropPayloads } from './drop-payloads.ts';
import { initialiseObjects } from './initialise-objects.ts';
import { sinkValues } from './sink-values.ts';

describe('sink-values', () => {
  it('computes a value where it is read, blocks included', () => {
    const before = `(module (table 1 externref) (func (param externref) (local externref)
      (local.set 1 (block (result externref) (br_on_non_null 0 (local.get 0)) (unreachable)))
      (table.set 0 (i32.const 0) (local.get 1))))`;
    const after = `(module (table 1 externref) (func (param externref) (local externref)
      (table.set 0 (i32.const 0) (block (result externref) (br_on_non_null 0 (local.get 0)) (unreachable)))))`;
    expect(reducedText(sinkValues, before)).toBe(asPrinted(after));
  });
  it('leaves a value alone that is not read, or not made on its own', () => {
    const unread = '(module (func (local i32) (local.set 0 (i32.const 1))))';
    const together = '(module (func (result i32) (local i32) (block (result i32 i32) (i32.const 1) (i32.const 2)) (local.set 0) (drop) (local.get 0)))';
    for (const before of [unread, together]) expect(reducedText(sinkValues, before)).toBe(asPrinted(before));
  });
});

describe('drop-payloads', () => {
  const caught = (result: string, clause: string, rest: string): string => `(module (tag (param i32 i64)) (func (local exnref)
    (block (result ${result}) (try_table (${clause} 0) (throw 0 (i32.const 1) (i64.const 2))) (unreachable)) ${rest}))`;

  it('catches all exceptions where what one carries is dropped', () => {
    const before = caught('i32 i64 exnref', 'catch_ref 0', '(local.set 0) (drop) (drop)');
    expect(reducedText(dropPayloads, before)).toBe(asPrinted(caught('exnref', 'catch_all_ref', '(local.set 0)')));
  });
  it('leaves a handler alone where something else is done with it', () => {
    const before = caught('i32 i64 exnref', 'catch_ref 0', '(local.set 0) (i64.eqz) (drop) (drop)');
    expect(reducedText(dropPayloads, before)).toBe(asPrinted(before));
  });
});

describe('initialise-objects', () => {
  const types = '(type (array (mut i32))) (type (struct (field (mut i32)) (field (mut i32))))';

  it('makes arrays and structs of what is stored into them', () => {
    const before = `(module ${types} (func (param i32) (local (ref null 0) (ref null 1))
      (local.set 1 (array.new_fixed 0 2 (i32.const 1) (i32.const 2)))
      (local.set 2 (struct.new 1 (i32.const 3) (i32.const 4)))
      (array.set 0 (local.get 1) (i32.const 1) (local.get 0))
      (struct.set 1 0 (local.get 2) (i32.add (local.get 0) (i32.const 7)))))`;
    const after = `(module ${types} (func (param i32) (local (ref null 0) (ref null 1))
      (local.set 1 (array.new_fixed 0 2 (i32.const 1) (local.get 0)))
      (local.set 2 (struct.new 1 (i32.add (local.get 0) (i32.const 7)) (i32.const 4)))))`;
    expect(reducedText(initialiseObjects, before)).toBe(asPrinted(after));
  });
  it('does so where the object goes on to the store', () => {
    const before = `(module ${types} (func (local (ref null 0))
      (array.set 0 (local.tee 0 (array.new_fixed 0 1 (i32.const 1))) (i32.const 0) (i32.const 2))))`;
    const after = `(module ${types} (func (local (ref null 0)) (local.set 0 (array.new_fixed 0 1 (i32.const 2)))))`;
    expect(reducedText(initialiseObjects, before)).toBe(asPrinted(after));
  });
  it('leaves stores alone whose place is not known, or beyond the end', () => {
    const store = (index: string): string => `(module ${types} (func (param i32) (local (ref null 0))
      (local.set 1 (array.new_fixed 0 1 (i32.const 1))) (array.set 0 (local.get 1) ${index} (i32.const 2))))`;
    for (const index of ['(local.get 0)', '(i32.const 1)', '(i32.const -1)']) expect(reducedText(initialiseObjects, store(index))).toBe(asPrinted(store(index)));
  });
});

describe('drop-operands', () => {
  it('drops operands as soon as they are there, and leaves out what is computed from them', () => {
    const before = `(module (type (array i8)) (func
      (drop (i32.sub (ref.is_null (array.new_default 0 (i32.const 1))) (array.len (array.new_default 0 (i32.const 2)))))))`;
    const after = '(module (type (array i8)) (func (drop (array.new_default 0 (i32.const 1))) (drop (array.new_default 0 (i32.const 2)))))';
    expect(reducedText(dropOperands, before)).toBe(asPrinted(after));
  });
  it('leaves nothing of plain values', () => {
    const before = '(module (func (result i32) unreachable) (func (drop (i32.add (call 0) (i32.const 1)))))';
    expect(reducedText(dropOperands, before)).toBe(asPrinted('(module (func (result i32) unreachable) (func (drop (call 0))))'));
  });
});
