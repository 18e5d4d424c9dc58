/** Reducers of types. */
import { describe, expect, it } from 'vitest';
import { asPrinted, programOf, reduced, reducedText, textOf } from '#test/support/reduce.ts';
import type { Program } from '#fuzz/program/program.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { Predicate } from '../examiner.ts';
import { parse } from '#wasm/text/parse.ts';
import { dropFields } from './drop-fields.ts';
import { loosenTypes } from './loosen-types.ts';
import { mergeGroups } from './merge-groups.ts';
import { mergeTypes } from './merge-types.ts';
import { simplifySharedTypes } from './simplify-shared-types.ts';
import { splitAllGroups } from './split-groups.ts';
import { simplifyTypes } from './simplify-types.ts';

const typeAt = ({ modules }: Program, at: number) => typesOf(modules[0]!.module)[at];

describe('drop-fields', () => {
  it('takes the operands of new objects away, and the field from all types of the family', () => {
    const before = `(module
      (type (sub (struct (field i32) (field i64))))
      (type (sub 0 (struct (field i32) (field i64) (field f32))))
      (func (param (ref 1)) (result f32)
        (drop (struct.new 1 (i32.const 1) (i64.const 2) (f32.const 3)))
        (struct.get 1 2 (local.get 0))))`;
    const after = `(module
      (type (sub (struct)))
      (type (sub 0 (struct (field f32))))
      (func (param (ref 1)) (result f32)
        (drop (struct.new 1 (f32.const 3)))
        (struct.get 1 0 (local.get 0))))`;
    expect(reducedText(dropFields, before)).toBe(asPrinted(after));
  });
});

describe('simplify-types', () => {
  it('takes supertypes away and makes types final', () => {
    const before = '(module (type (sub (struct))) (type (sub 0 (struct))) (func (param (ref 1))))';
    const hasStruct = ({ modules }: Program) => modules[0]!.module.functions.length === 1;
    expect(reducedText(simplifyTypes, before, hasStruct)).toBe(asPrinted('(module (type (struct)) (func (param (ref 0))))'));
  });
  it('takes the supertype of the supertype where one is needed', () => {
    const before = `(module (type (sub (struct))) (type (sub 0 (struct (field i32)))) (type (sub 1 (struct (field i32))))
      (func (param (ref 2)) (result (ref 0)) local.get 0))`;
    const after = '(module (type (sub (struct))) (type (sub 0 (struct (field i32)))) (func (param (ref 1)) (result (ref 0)) local.get 0))';
    expect(reducedText(simplifyTypes, before)).toBe(asPrinted(after));
  });
});

describe('merge-types', () => {
  it('puts a type in the place of another', () => {
    const before = `(module (type (array (mut i32))) (type (array (mut i64)))
      (func (drop (array.new_default 1 (i32.const 1))) (drop (array.new_default 0 (i32.const 1)))))`;
    expect(reducedText(mergeTypes, before).match(/array\.new_default 0/g)).toHaveLength(2);
  });
});

describe('simplify-shared-types', () => {
  const programWith = (types: string, func: number, param: string): Program => {
    const texts = [
      `(module ${types} (export "f" (func 0)) (func (type ${func}) (param ${param}) unreachable))`,
      `(module ${types} (import "m" "f" (func (type ${func}))))`,
    ];
    return { ...programOf(texts[0]!), modules: texts.map((text, i) => ({ name: ['m', 'n'][i]!, module: parse(text) })) };
  };
  /** The second module can be linked with the first. */
  const areAlike: Predicate = ({ modules }) => new Set(modules.map(({ module }) => JSON.stringify(module.recGroups))).size === 1;
  const takesStruct: Predicate = (program) => areAlike(program) && textOf(program).includes('(struct');

  it('changes a type in all modules that have it', () => {
    const before = programWith('(type (sub (func))) (type (sub (struct (field i64)))) (type (sub final 1 (struct (field i64) (field (mut anyref))))) (type (func (param (ref 2))))', 3, '(ref 2)');
    const after = programWith('(type (struct)) (type (func (param (ref null 0))))', 1, '(ref null 0)');
    expect(textOf(reduced(simplifySharedTypes, before, takesStruct))).toBe(textOf(after));
  });
  it('leaves out a parameter with the arguments of all calls, and the local that it was', () => {
    const types = (param: string): string => `(type (sub (func (param ${param})))) (type (sub final 0 (func (param ${param}))))`;
    const modules = (param: string, argument: string, read: number): Program => {
      const texts = [
        `(module ${types(param)} (export "f" (func 0)) (func (type 1) (param ${param}) (drop (local.get ${read}))))`,
        `(module ${types(param)} (type (func)) (import "m" "f" (func (type 0))) (elem declare func 0)
          (func (type 2) (call 0 ${argument}) (call_ref 0 ${argument} (ref.func 0)) (drop (ref.test (ref 1) (ref.func 0)))))`,
      ];
      return { ...programOf(texts[0]!), modules: texts.map((text, i) => ({ name: ['m', 'n'][i]!, module: parse(text) })) };
    };
    const keepsSubtype: Predicate = (program) =>
      new Set(program.modules.map(({ module }) => JSON.stringify(module.recGroups.slice(0, 2)))).size === 1 && /final 0 \(func \(param i32\)/.test(textOf(program));
    const before = modules('i64 i32', '(i64.const 7) (i32.const 1)', 1);
    expect(textOf(reduced(simplifySharedTypes, before, keepsSubtype))).toBe(textOf(modules('i32', '(i32.const 1)', 0)));
  });
  it('has nothing to do in a single module', () => {
    const before = '(module (type (struct (field i64))) (func (param (ref 0))))';
    expect(reducedText(simplifySharedTypes, before)).toBe(asPrinted(before));
  });
});

describe('merge-groups', () => {
  it('joins groups that cannot fall apart, and leaves types that stand alone', () => {
    const group = (to: number): string => `(type (struct (field (ref null ${to + 1})))) (type (struct (field (ref null ${to}))))`;
    const alone = '(type (array i8))';
    const func = '(func (param (ref 0) (ref 2) (ref 4) (ref 5)))';
    const before = `(module (rec ${group(0)}) (rec ${group(2)}) ${alone} (rec ${group(5)}) ${func})`;
    expect(reducedText(mergeGroups, before)).toBe(asPrinted(`(module (rec ${group(0)} ${group(2)}) ${alone} (rec ${group(5)}) ${func})`));
  });
});

describe('loosen-types', () => {
  it('makes all types numbers that can be', () => {
    const before = `(module (rec (type (array (mut (ref 1)))) (type (struct (field (mut (ref null 0))))))
      (func (param (ref null 0) (ref 1))))`;
    expect(reducedText(loosenTypes, before)).toBe(asPrinted('(module (func (param i32 i32)))'));
  });
  it('goes no further than what is interesting', () => {
    const before = '(module (rec (type (struct (field (ref null 1)))) (type (array i8))) (func (param (ref 0))))';
    const keeps = (program: Program): boolean => {
      const type = typeAt(program, 0)?.composite;
      return type?.kind === 'struct';
    };
    expect(reducedText(loosenTypes, before, keeps)).toContain('(struct (field i32))');
  });
});

describe('split-groups', () => {
  it('takes groups of several modules apart at the same time', () => {
    const [before, after] = ['(module (rec (type (struct)) (type (array i8))) (func (param (ref 0))))', '(module (type (struct)) (type (array i8)) (func (param (ref 0))))'];
    const { modules } = programOf(before);
    const both = { ...programOf(before), modules: [modules[0]!, modules[0]!] };
    const areAlike: Predicate = (program) => new Set(program.modules.map(({ module }) => module.recGroups.length)).size === 1;
    expect(textOf(reduced(splitAllGroups, both, areAlike))).toBe([after, after].map(asPrinted).join('\n'));
  });
});
