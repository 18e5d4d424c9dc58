import { describe, expect, it } from 'vitest';
import { encode } from '../binary/encode.ts';
import { ParseError } from '../errors.ts';
import { instructionName } from '../syntax/instructions.ts';
import { HeapType, ValType, concrete, refType } from '../syntax/types.ts';
import { parse } from './parse.ts';
import { print } from './print.ts';

/** Names of the instructions of the first function's body. */
function bodyOf(text: string): (string | undefined)[] {
  return parse(text).functions[0]!.body.map(({ op }) => instructionName(op));
}
/** The text of a module without abbreviations. */
function expanded(text: string): string {
  return print(parse(text));
}

describe('parse', () => {
  it('unfolds instructions in the order they run', () => {
    const text = `(func (if (i32.eqz (i32.const 1)) (then (nop)) (else (drop (i32.const 2))))
      (block (loop $l br $l)) block nop end)`;
    expect(bodyOf(text)).toEqual(
      'i32.const i32.eqz if nop else i32.const drop end block loop br end end block nop end'.split(' '),
    );
  });

  it('resolves labels from the inside, shadowed ones too', () => {
    const text = '(func (block $a (loop $b (block $a (br $a) (br $b) (br_table 0 $b 3)) (br $a))))';
    const body = parse(text).functions[0]!.body;
    expect(body.flatMap((i) => ('label' in i ? i.label : 'labels' in i ? i.labels : []))).toEqual([0, 1, 0, 1, 3, 1]);
  });

  it('keeps the condition of an if out of its label, and catch clauses out of theirs', () => {
    const text = `(tag) (func (block $x
      (if $x (block (result i32) (br $x) (i32.const 1)) (then (br $x)))
      (try_table $x (catch 0 $x) (br $x))))`;
    const body = parse(text).functions[0]!.body;
    expect(body.flatMap((i) => ('label' in i ? [i.label] : []))).toEqual([1, 0, 0]);
    expect(body.flatMap((i) => ('catches' in i ? [i.catches] : []))).toEqual([[{ kind: 'catch', tag: 0, label: 0 }]]);
  });

  it('binds identifiers wherever they are defined', () => {
    const abbreviated = `(module (func $f (export "f") (param $x i32) (local $y i64) (call $g) (local.set $y (i64.const 1)) (local.get $x) drop)
         (func $g (struct.get $s $b (ref.null $s)) (elem.drop $e) drop) (elem $e funcref)
         (type $s (struct (field $a i8) (field $b (mut i32)))))`;
    const full = `(module (type (struct (field i8) (field (mut i32)))) (type (func (param i32))) (type (func))
         (func (type 1) (local i64) call 1 i64.const 1 local.set 1 local.get 0 drop)
         (func (type 2) ref.null 0 struct.get 0 1 elem.drop 0 drop)
         (export "f" (func 0)) (elem funcref))`;
    expect(expanded(abbreviated)).toBe(expanded(full));
  });

  it('shares implicit function types and puts new ones last', () => {
    const { recGroups, functions } = parse(
      `(type (struct)) (rec (type (func (param i32)))(type (struct))) (type (func (result i32)))
       (func (result i32) unreachable) (func (param i32)) (func (param $x i32))`,
    );
    expect(functions.map(({ typeIndex }) => typeIndex)).toEqual([3, 4, 4]);
    expect(recGroups.length).toBe(4);
  });

  it('expands inline exports and segments', () => {
    const abbreviated = `(import "m" "i" (func $i)) (memory $m (export "m") (export "n") (data "ab" "c"))
       (table $t funcref (elem $i)) (global (export "g") i32 (i32.const 1)) (elem (i32.const 0) $i)`;
    const full = `(type (func)) (import "m" "i" (func (type 0))) (table 1 1 funcref) (memory 1 1) (global i32 i32.const 1)
       (export "m" (memory 0)) (export "n" (memory 0)) (export "g" (global 0))
       (elem (table 0) (offset i32.const 0) func 0) (elem (table 0) (offset i32.const 0) func 0) (data (i32.const 0) "abc")`;
    expect(expanded(abbreviated)).toBe(expanded(full));
  });

  it('expands inline imports', () => {
    const full = '(import "m" "n" (func (param i32)))';
    expect(expanded('(func $f (import "m" "n") (param i32))')).toBe(expanded(full));
  });

  it('tells block types, element types and type indices of all sizes apart', () => {
    const types = Array.from({ length: 130 }, () => '(type (func))').join('');
    const text = `${types} (func (type 0) (local (ref null 64)) block (type 0) end block end block (type 129) end)
      (elem funcref (item ref.func 0)) (elem func 0) (elem (ref func) (ref.func 0) (item))`;
    const module = parse(text);
    expect(module.functions[0]!.locals).toEqual([refType(concrete(64), true)]);
    expect(module.functions[0]!.body.flatMap((i) => ('blockType' in i ? [i.blockType] : []))).toEqual([
      { kind: 'type', index: 0 },
      { kind: 'empty' },
      { kind: 'type', index: 129 },
    ]);
    const functions = refType(HeapType.func, false);
    expect(module.elements.map(({ type }) => type)).toEqual([ValType.funcref, functions, functions]);
    expect(encode(parse(print(module)))).toEqual(encode(module));
  });

  it('takes nesting of any depth', () => {
    const depth = 100_000;
    expect(parse(`(func ${'(block '.repeat(depth)}${')'.repeat(depth)})`).functions[0]!.body.length).toBe(2 * depth);
    expect(() => parse('('.repeat(depth))).toThrow(ParseError);
    expect(() => parse(`(module ${'(rec '.repeat(depth)}`)).toThrow(ParseError);
  });

  it.each([
    ['(func', 1],
    ['\n(func block)', 2],
    ['(func end)', 1],
    ['(func (i32.const))', 1],
    ['(func (i32.const 0 nop))', 1],
    ['(func (if (i32.const 1)))', 1],
    ['(func block $a end $b)', 1],
    ['(func (br $x))', 1],
    ['(func (local.get $x))', 1],
    ['(func (frob))', 1],
    ['(func ref.test null)', 1],
    ['(func) (import "a" "b" (func))', 1],
    ['(type $a (func))\n(type $a (func))', 2],
    ['(func $a) (start $a)\n(start $a)', 2],
    ['(type (func)) (func (type 0) (param i32))', 1],
    ['(memory i64 1)', 1],
    ['(export "\\ff" (func 0))', 1],
    ['(func i32.const 0x1_0000_0000)', 1],
    ['(func i32.load align=3)', 1],
    ['(module) (module)', 1],
    ['(rec nop)', 1],
    ['nonsense', 1],
  ])('refuses %j and names line %d', (text, line) => {
    expect(() => parse(text)).toThrow(ParseError);
    expect(() => parse(text)).toThrow(expect.objectContaining({ line }));
  });

  it('reports what exceeds a limit as its own error too', () => {
    expect(() => parse(`(func (local ${'i32 '.repeat(50_001)}))`)).toThrow(ParseError);
    expect(() => parse('(func (local (ref 1000001)))')).toThrow(ParseError);
  });
});
