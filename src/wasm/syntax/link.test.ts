import { describe, expect, it } from 'vitest';
import { encode } from '../binary/encode.ts';
import { parse } from '../text/parse.ts';
import { linked } from './link.ts';

const named = (name: string, text: string) => ({ name, module: parse(text) });

describe('linked', () => {
  it('puts exports in the place of imports, through modules that pass them on, and leaves other imports', () => {
    const module = linked([
      named('a', '(module (import "env" "gc" (func)) (global (export "g") (mut i32) (i32.const 1)) (func (export "f") (global.set 0 (i32.const 5)) (call 0)))'),
      named('b', '(module (import "a" "g" (global (mut i32))) (import "env" "other" (func)) (export "again" (global 0)) (func (export "f") (call 0)))'),
      named('c', '(module (import "b" "again" (global (mut i32))) (import "a" "f" (func)) (import "b" "f" (func)) (func (export "run") (result i32) (call 0) (call 1) (global.get 0)))'),
    ]);
    const calls: string[] = [];
    const env = { gc: () => void calls.push('gc'), other: () => void calls.push('other') };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(encode(module)), { env });
    expect(Object.keys(exports)).toEqual(['g@0', 'f@0', 'again@1', 'f@1', 'run@2']);
    expect((exports['run@2'] as () => number)()).toBe(5);
    expect(calls).toEqual(['gc', 'other']);
    expect(module.globals).toHaveLength(1);
  });

  it('takes nothing from modules that come later', () => {
    expect(linked([named('a', '(module (import "b" "f" (func)))'), named('b', '(module (func (export "f")))')]).imports).toHaveLength(1);
  });
});
