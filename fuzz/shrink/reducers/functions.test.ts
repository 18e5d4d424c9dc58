/** Reducers of functions and of calls to them. */
import { describe, expect, it } from 'vitest';
import { asPrinted, programOf, reduced, reducedText, textOf } from '#test/support/reduce.ts';
import type { Predicate } from '../examiner.ts';
import { dropParams } from './drop-params.ts';
import { dropResults } from './drop-results.ts';
import { hoistValues } from './hoist-values.ts';
import { inlineCalls } from './inline-calls.ts';
import { mergeLocals } from './merge-locals.ts';
import { unwrapBlocks } from './unwrap-blocks.ts';

describe('drop-params', () => {
  it('takes away operands of calls and arguments of the host, and keeps what is read as a local', () => {
    const program = programOf(
      `(module (export "f" (func 0))
        (func (param i32 i64 i32) (result i32) (local f32) local.get 0)
        (func (result i32) (call 0 (i32.const 1) (i64.const 2) (i32.const 3))))`,
      {
        steps: [
          { kind: 'call', module: 0, export: 'f', args: [{ kind: 'i32', value: 7 }, { kind: 'i64', value: 1n }, { kind: 'i32', value: 8 }] },
        ],
      },
    );
    const passesEight: Predicate = ({ steps: [call] }) => call?.kind === 'call' && call.args.some((arg) => arg.kind === 'i32' && arg.value === 8);
    const result = reduced(dropParams, program, passesEight);
    expect(result.steps).toEqual([{ kind: 'call', module: 0, export: 'f', args: [{ kind: 'i32', value: 8 }] }]);
    expect(textOf(result)).toContain('(param i32)');
    expect(textOf(result)).toContain('(local i32 f32)');
    expect(textOf(result)).not.toContain('i64');
  });
  it('changes all functions of a type that is called indirectly', () => {
    const before = `(module (type (func (param i32))) (elem declare func 0)
      (func (type 0)) (func (type 0)) (func (call_ref 0 (i32.const 1) (ref.func 0))))`;
    const after = '(module (type (func)) (elem declare func 0) (func (type 0)) (func (type 0)) (func (call_ref 0 (ref.func 0))))';
    expect(reducedText(dropParams, before, ({ modules }) => modules[0]!.module.functions[2]!.body.some(({ op }) => op === 0x14))).toContain(
      asPrinted(after).split('\n').at(-3)!,
    );
  });
});

describe('drop-results', () => {
  it('takes away what makes the result and leaves what is done after that', () => {
    const before = `(module (global (mut i32) (i32.const 0))
      (func (result eqref i32) ref.null none i32.const 1 global.set 0 i32.const 2))`;
    const after = '(module (type (func)) (global (mut i32) (i32.const 0)) (func (type 0) i32.const 1 global.set 0))';
    const keeps = reducedText(dropResults, before, ({ modules }) => modules[0]!.module.functions[0]!.body.some(({ op }) => op === 0x24));
    expect(keeps).toBe(asPrinted(after));
  });
  it('takes away the drops of what is no longer there', () => {
    const before = '(module (type (func)) (func (result i32) i32.const 1) (func (type 0) (drop (call 0))))';
    const after = '(module (type (func)) (type (func)) (func (type 1)) (func (type 0) (call 0)))';
    expect(reducedText(dropResults, before)).toBe(asPrinted(after));
  });
});

describe('inline-calls', () => {
  it('leaves operands on the stack that are read in order', () => {
    const before = `(module (func (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
      (func (export "f") (result i32) (call 0 (i32.clz (i32.const 1)) (i32.const 2))))`;
    expect(reducedText(inlineCalls, before)).toBe(
      asPrinted('(module (func (export "f") (result i32) (i32.add (i32.clz (i32.const 1)) (i32.const 2))))'),
    );
  });
  it('puts plain values where they are read', () => {
    const before = `(module (func (param i32) (result i32) (local f32) nop (i32.sub (i32.const 5) (local.get 0)))
      (func (export "f") (result i32) (call 0 (i32.const 2))))`;
    expect(reducedText(inlineCalls, before)).toBe(
      asPrinted('(module (func (export "f") (result i32) (local f32) nop (i32.sub (i32.const 5) (i32.const 2))))'),
    );
  });
  it('keeps other operands in a local', () => {
    const before = `(module (func (param i32) (result i32) nop (local.get 0))
      (func (export "f") (result i32) (local f64) (call 0 (i32.clz (i32.const 2)))))`;
    expect(reducedText(inlineCalls, before)).toBe(
      asPrinted('(module (func (export "f") (result i32) (local f64 i32) (local.set 1 (i32.clz (i32.const 2))) nop (local.get 1)))'),
    );
  });
});

describe('merge-locals', () => {
  it('puts one local in the place of another of its type', () => {
    const before = '(module (func (param i32) (local i64 i32) (local.set 2 (i32.const 1)) (local.set 1 (i64.const 1))))';
    const after = '(module (func (param i32) (local i64) (local.set 0 (i32.const 1)) (local.set 1 (i64.const 1))))';
    expect(reducedText(mergeLocals, before)).toBe(asPrinted(after));
  });
});

describe('unwrap-blocks', () => {
  it('goes through a loop once', () => {
    const before = '(module (func (param i32) (loop nop (br_if 0 (local.get 0)) (br_if 1 (i32.const 1)))))';
    const after = '(module (func (param i32) nop (drop (local.get 0)) (br_if 0 (i32.const 1))))';
    expect(reducedText(unwrapBlocks, before)).toBe(asPrinted(after));
  });
});

describe('hoist-values', () => {
  it('puts a global in the place of a local whose value is constant', () => {
    const before = `(module (type (array i32)) (func (param i32) (local (ref null 0))
      (local.set 1 (array.new_fixed 0 1 (i32.const 7))) (drop (local.get 1)) (local.set 0 (i32.clz (local.get 0)))))`;
    const after = `(module (type (array i32)) (global (ref null 0) (array.new_fixed 0 1 (i32.const 7)))
      (func (param i32) (local (ref null 0)) (drop (global.get 0)) (local.set 0 (i32.clz (local.get 0)))))`;
    expect(reducedText(hoistValues, before)).toBe(asPrinted(after));
  });
});
