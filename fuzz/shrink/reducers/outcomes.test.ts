/** Reducers of how a module tells of what it has computed. */
import { describe, expect, it } from 'vitest';
import type { Step } from '#fuzz/program/program.ts';
import { asPrinted, programOf, reduced, reducedText, textOf } from '#test/support/reduce.ts';
import type { Predicate } from '../examiner.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { forwardStores } from './forward-stores.ts';
import { joinCalls } from './join-calls.ts';
import { leaveOnStack } from './leave-on-stack.ts';
import { localiseGlobals } from './localise-globals.ts';
import { replaceExpressions } from './replace-expressions.ts';
import { returnOperands } from './return-operands.ts';
import { testValues } from './test-values.ts';

function call(name: string): Step {
  return { kind: 'call', module: 0, export: name, args: [] };
}

describe('join-calls', () => {
  const before = `(module (global (mut i32) (i32.const 0))
    (func (export "run") (local i64) (local.set 0 (i64.const 1)) (global.set 0 (i32.const 7)))
    (func (export "observe") (result i32) (local f32) (local.set 0 (f32.const 1)) (global.get 0)))`;

  it('lets one function do what two did, with locals of its own', () => {
    const after = `(module (global (mut i32) (i32.const 0))
      (func (export "run") (result i32) (local i64 f32)
        (local.set 0 (i64.const 1)) (global.set 0 (i32.const 7)) (local.set 1 (f32.const 1)) (global.get 0)))`;
    const program = reduced(joinCalls, programOf(before, { steps: [call('run'), call('observe')] }));
    expect(textOf(program)).toBe(asPrinted(after));
    expect(program.steps).toEqual([call('run')]);
  });

  it('leaves functions alone that are called more than once, or whose result is kept', () => {
    const [run, observe] = [call('run'), call('observe')];
    for (const steps of [[run, observe, run], [{ ...run, keep: 1 }, observe], [run]]) {
      expect(textOf(reduced(joinCalls, programOf(before, { steps: steps as Step[] })))).toBe(asPrinted(before));
    }
  });
});

describe('localise-globals', () => {
  it('makes a local of a global that one function mentions', () => {
    const before = '(module (global (mut i32) (i32.const 0)) (func (param i64) (result i32) (local f32) (global.set 0 (i32.const 7)) (global.get 0)))';
    const after = '(module (func (param i64) (result i32) (local f32 i32) (local.set 2 (i32.const 7)) (local.get 2)))';
    expect(reducedText(localiseGlobals, before)).toBe(asPrinted(after));
  });
  it('leaves alone what two functions mention, or none may write', () => {
    const shared = '(module (global (mut i32) (i32.const 0)) (func (global.set 0 (i32.const 7))) (func (result i32) (global.get 0)))';
    const constant = '(module (global i32 (i32.const 5)) (func (result i32) (global.get 0)))';
    for (const before of [shared, constant]) expect(reducedText(localiseGlobals, before)).toBe(asPrinted(before));
  });
});

describe('leave-on-stack', () => {
  it('makes what is read behind a loop its result', () => {
    const before = `(module (func (param i32) (result i32) (local i32)
      (loop (local.set 1 (i32.const 7)) (br_if 0 (local.get 0))) (local.get 1)))`;
    const after = '(module (func (param i32) (result i32) (local i32) (loop (result i32) (i32.const 7) (br_if 0 (local.get 0)))))';
    expect(reducedText(leaveOnStack, before)).toBe(asPrinted(after));
  });
  it('does so for a global, too, and not where a branch would have to bring the value', () => {
    const plain = '(module (global (mut i32) (i32.const 0)) (func (result i32) (global.set 0 (i32.const 7)) (global.get 0)))';
    expect(reducedText(leaveOnStack, plain)).toContain('(func (;0;) (type 0) (result i32)\n    i32.const 7\n  )');
    const branching = `(module (func (param i32) (result i32) (local i32)
      (block (br_if 0 (local.get 0)) (local.set 1 (i32.const 7))) (local.get 1)))`;
    expect(reducedText(leaveOnStack, branching)).toBe(asPrinted(branching));
  });
});

describe('return-operands', () => {
  it('returns the object instead of what is asked of it, out of blocks, too', () => {
    const before = `(module (func (param eqref) (result i32)
      (block (result i32) (i32.eqz (ref.is_null (local.get 0))) (drop (i32.const 1)))))`;
    const after = '(module (func (param eqref) (result eqref) (block (result eqref) (local.get 0) (drop (i32.const 1)))))';
    expect(reducedText(returnOperands, before)).toBe(asPrinted(after));
  });
  it('gives an object of a defined type as anyref', () => {
    const before = '(module (type (struct (field i32))) (func (param (ref 0)) (result i32) (struct.get 0 0 (local.get 0))))';
    expect(reducedText(returnOperands, before)).toContain('(result anyref)');
  });
});

describe('test-values', () => {
  it('asks whether a reference is null instead of branching on it', () => {
    const before = `(module (func (param eqref) (result i32)
      (block (result i32) (block (drop (br_on_null 0 (local.get 0))) (br 1 (i32.const 1))) (i32.const 0))))`;
    expect(reducedText(testValues, before)).toBe(asPrinted('(module (func (param eqref) (result i32) (ref.is_null (local.get 0))))'));
  });
  it('asks for the type of a cast, and takes the condition of an if', () => {
    const cast = `(module (func (param eqref) (result i32)
      (block (result i32) (drop (block (result eqref) (br_on_cast 0 eqref (ref i31) (local.get 0)) (br 1 (i32.const 1)))) (i32.const 0))))`;
    expect(reducedText(testValues, cast)).toBe(asPrinted('(module (func (param eqref) (result i32) (ref.test (ref i31) (local.get 0))))'));
    const body = `(module (func (param eqref) (result i32)
      (drop (block (result (ref i31)) (drop (br_on_cast 0 eqref (ref i31) (local.get 0))) (br 1 (i32.const 1)))) (i32.const 0)))`;
    expect(reducedText(testValues, body)).toBe(asPrinted('(module (func (param eqref) (result i32) (ref.test (ref i31) (local.get 0))))'));
    const choice = '(module (func (param i32) (result i32) (if (result i32) (local.get 0) (then (i32.const 5)) (else (i32.const 6)))))';
    expect(reducedText(testValues, choice)).toBe(asPrinted('(module (func (param i32) (result i32) (local.get 0)))'));
  });
  it('lets a function return the outcome, whatever it has returned', () => {
    const before = `(module (func (param eqref) (result (ref i31) i64)
      (block (result (ref i31)) (drop (br_on_cast 0 eqref (ref i31) (local.get 0))) (ref.i31 (i32.const 1))) (i64.const 0)))`;
    expect(reducedText(testValues, before)).toContain('(result i32)\n    local.get 0\n    ref.test (ref i31)\n  )');
  });
});

describe('replace-expressions', () => {
  it('keeps one operand and what is done after the others', () => {
    const before = `(module (import "env" "gc" (func)) (type (array (mut eqref))) (func (param (ref 0) eqref)
      (array.fill 0 (local.get 0) (i32.const 0) (local.get 1) (call 0) (i32.const 0))))`;
    const calls: Predicate = ({ modules }) => modules[0]!.module.functions[0]!.body.some(({ op }) => op === Op.call);
    expect(reducedText(replaceExpressions, before, calls)).toContain('(param (ref 0) eqref)\n    call 0\n  )');
    const both: Predicate = (program) => calls(program) && program.modules[0]!.module.functions[0]!.body.some((read) => read.op === Op['local.get'] && read.local === 0);
    expect(reducedText(replaceExpressions, before, both)).toContain('local.get 0\n    drop\n    call 0\n');
  });
});

describe('forward-stores', () => {
  const types = '(type (struct (field (mut i32)))) (type (array (mut eqref)))';
  it('puts what is stored in an array where an element is read', () => {
    const before = `(module ${types} (func (param (ref 1)) (result eqref)
      (array.set 1 (local.get 0) (i32.const 2) (ref.i31 (i32.const 7))) (array.get 1 (local.get 0) (i32.const 2))))`;
    expect(reducedText(forwardStores, before)).toBe(asPrinted(`(module ${types} (func (param (ref 1)) (result eqref) (ref.i31 (i32.const 7))))`));
  });
  it('reads from the array that was copied from', () => {
    const before = `(module ${types} (func (param (ref 1) (ref 1)) (result eqref)
      (array.copy 1 1 (local.get 0) (i32.const 0) (local.get 1) (i32.const 0) (i32.const 1)) (array.get 1 (local.get 0) (i32.const 0))))`;
    const after = `(module ${types} (func (param (ref 1) (ref 1)) (result eqref) (array.get 1 (local.get 1) (i32.const 0))))`;
    expect(reducedText(forwardStores, before)).toBe(asPrinted(after));
  });
  it('reads nothing back from a new object', () => {
    const before = `(module ${types} (func (result eqref) (array.get 1 (array.new 1 (ref.i31 (i32.const 7)) (i32.const 2)) (i32.const 0))))`;
    expect(reducedText(forwardStores, before)).toBe(asPrinted(`(module ${types} (func (result eqref) (ref.i31 (i32.const 7))))`));
  });
  it('does so for fields and globals, and not for reads in front of the store', () => {
    const field = `(module ${types} (func (param (ref 0)) (result i32) (struct.set 0 0 (local.get 0) (i32.const 7)) (struct.get 0 0 (local.get 0))))`;
    expect(reducedText(forwardStores, field)).toBe(asPrinted(`(module ${types} (func (param (ref 0)) (result i32) (i32.const 7)))`));
    const early = '(module (global (mut i32) (i32.const 0)) (func (result i32) (global.get 0) (global.set 0 (i32.const 7))))';
    expect(reducedText(forwardStores, early)).toBe(asPrinted(early));
  });
});
