import { describe, expect, it } from 'vitest';
import { moduleProgram } from '#fuzz/minimize/default-program.ts';
import type { Program } from '#fuzz/program/program.ts';
import { instructionsOf } from '#fuzz/program/size.ts';
import { largeModule } from '#test/support/large-module.ts';
import { concatenated } from '#wasm/syntax/concatenate.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { parse } from '#wasm/text/parse.ts';
import { print } from '#wasm/text/print.ts';
import { shrink } from './shrink.ts';
import { isValid, isValidBeside } from './validity.ts';

const NEEDLE = 305419896;
const hasNeedle = ({ modules }: Program): boolean =>
  modules[0]!.module.functions.some(({ body }) => body.some((instruction) => instruction.op === Op['i32.const'] && instruction.value === NEEDLE));

function shrunkText(text: string, isInteresting: (program: Program) => boolean): string {
  return print(shrink(moduleProgram(parse(text)), isInteresting).program.modules[0]!.module);
}

describe('a large module', () => {
  it('is small after few tries', () => {
    const needle = parse(`(module (func (result i32) (i32.const ${NEEDLE})))`);
    const program = moduleProgram(concatenated([largeModule(30_000, 1), needle, largeModule(30_000, 2)]));
    expect(instructionsOf(program)).toBeGreaterThan(10_000);
    const early = shrink(program, hasNeedle, { maxTries: 25 }).program;
    expect(instructionsOf(early)).toBeLessThan(instructionsOf(program) / 10);
    const { program: least, tries } = shrink(program, hasNeedle);
    expect(instructionsOf(least)).toBe(1);
    expect(tries).toBeLessThan(250);
  });
});

describe('segments', () => {
  const TEXT = `(module
    (table 10 funcref) (memory 1) (func $f) (func $g) (func $start)
    (elem (i32.const 0) $f $g $f) (elem declare func $g) (data (i32.const 0) "aaaabbbb") (start $start)
    (func (export "x") (drop (ref.func $g)) (data.drop 0)))`;

  it('go, with what only they mention', () => {
    expect(shrunkText(TEXT, () => true)).toBe('(module)\n');
  });
  it('stay as far as they are needed', () => {
    const segment = shrunkText(TEXT, ({ modules: [first] }) => first!.module.elements.some(({ items, mode }) => mode.kind === 'active' && items.length === 2));
    expect(segment).toContain('(elem');
    expect(segment).not.toContain('data');
    expect(shrunkText(TEXT, ({ modules: [first] }) => first!.module.datas.some(({ bytes }) => bytes.includes(98)))).toMatch(/\(data \(;0;\) "b"\)/);
  });
});

describe('isValidBeside', () => {
  it('says the same as validation of all', () => {
    const known = parse('(module (global $g i32 (i32.const 0)) (func $f (result i32) (i32.const 1)) (func $h (param i32)))');
    const withBodies = (...texts: readonly string[]) => {
      const functions = parse(`(module (global $g i32 (i32.const 0)) (func $f (result i32) ${texts[0]}) (func $h (param i32) ${texts[1]}))`).functions;
      return { ...known, functions };
    };
    for (const bodies of [['(global.get 0)', '(drop (call 0))'], ['(i64.const 1)', ''], ['unreachable', '(local.get 1) drop']]) {
      const module = withBodies(...bodies);
      expect(isValidBeside(module, known), bodies.join()).toBe(isValid(module));
    }
    expect(isValidBeside({ ...known, globals: [] }, known)).toBe(true);
    expect(isValidBeside({ ...known, start: 1 }, known)).toBe(false);
  });
});
