/** Text from users: whatever it is, parsing it throws a ParseError or nothing, in reasonable time and without recursion. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEED_MODULES } from '#fuzz/hostile/seeds.ts';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import { ParseError } from '#wasm/errors.ts';
import { instructionTable } from '#wasm/syntax/instructions.ts';
import { parse } from '#wasm/text/parse.ts';
import { print } from '#wasm/text/print.ts';

const SEED = 20_260;

/** Whether it is a module; what is one can also be encoded. */
function isModule(text: string): boolean {
  try {
    encode(parse(text));
    return true;
  } catch (error) {
    if (error instanceof ParseError) return false;
    throw error;
  }
}

const PRINTED = SEED_MODULES.map((bytes) => print(decode(bytes)));
const TOKENS = PRINTED.map((text) => text.split(/(?<=[\s()])|(?=[()])/));
const WORDS = [
  ...Object.keys(instructionTable),
  ...'( ) (module (func (type (rec (sub (struct (field (array (mut (param (result (local (import (export (table (memory'.split(' '),
  ...'(global (elem (data (tag (start (item (offset (ref null) (then (else (catch_all 0) end align=1 offset=4294967296'.split(' '),
  ...'$a $b 0 1 -1 0x 0xffffffffffffffffff 1e999 nan:0x0 -nan inf 0x1p99999 1__0 "\\u{d800}" "\\zz" "a (; ;) ;; (;'.split(' '),
  ...'\n \u0000 \ufeff \u202e (@annotation (@name "x") binary quote i32 anyref v128'.split(' '),
];
const word = fc.constantFrom(...WORDS);
const soup = fc.array(fc.oneof(word, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 60 }).map((words) => words.join(' '));
const edit = fc.tuple(fc.constantFrom('replace', 'insert', 'remove'), fc.nat(), word);
const mutants = fc.tuple(fc.constantFrom(...TOKENS), fc.array(edit, { minLength: 1, maxLength: 4 })).map(([tokens, edits]) => {
  const result = [...tokens];
  for (const [kind, position, text] of edits) {
    const at = position % result.length;
    result.splice(at, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [`${text} `]));
  }
  return result.join('');
});

describe('hostile text', () => {
  it.each([
    ['strings of anything', fc.string({ unit: 'binary', maxLength: 200 })],
    ['words in any order', soup],
    ['words in any order, in a function', soup.map((text) => `(module (func ${text}))`)],
  ])('is refused as a ParseError: %s', (_, texts) => {
    const property = fc.property(texts, (text) => {
      expect([true, false]).toContain(isModule(text));
    });
    fc.assert(property, { seed: SEED, numRuns: 1500 });
  });

  it('is refused as a ParseError: modules with a few words changed', () => {
    let accepted = 0;
    fc.assert(fc.property(mutants, (text) => void (accepted += isModule(text) ? 1 : 0)), { seed: SEED, numRuns: 1500 });
    expect(accepted).toBeGreaterThan(50);
    expect(accepted).toBeLessThan(1400);
  });

  const DEEP = 200_000;
  it.each([
    ['parentheses', '('.repeat(DEEP)],
    ['comments', '(;'.repeat(DEEP)],
    ['folded instructions', `(module (func ${'(i32.eqz '.repeat(DEEP)}`],
    ['folded instructions, closed', `(module (func ${'(drop '.repeat(DEEP)}${')'.repeat(DEEP)}))`],
    ['blocks', `(module (func ${'block '.repeat(DEEP)}${'end '.repeat(DEEP)}))`],
    ['folded blocks', `(module (func ${'(block '.repeat(DEEP)}${')'.repeat(DEEP)}))`],
    ['conditions', `(module (func ${'(if (then '.repeat(DEEP)}`],
    ['types', `(module (type ${'(sub '.repeat(DEEP)}`],
    ['annotations', `(module ${'(@a '.repeat(DEEP)}`],
    ['groups', `(module ${'(rec '.repeat(DEEP)}`],
    ['a number', `(module (func i64.const ${'9'.repeat(DEEP)}))`],
    ['a float', `(module (func f64.const 0x${'f'.repeat(DEEP)}.${'1'.repeat(DEEP)}p-${'9'.repeat(20)}))`],
    ['a string', `(module (data "${'\\00'.repeat(DEEP)}`],
    ['an identifier', `(module (func $${'a'.repeat(DEEP)} unreachable`],
  ])('ends for very long %s', (_, text) => {
    const startMs = performance.now();
    isModule(text);
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });
});
