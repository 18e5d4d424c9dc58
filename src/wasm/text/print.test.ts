import { describe, expect, it } from 'vitest';
import { EMPTY_MODULE } from '../syntax/module.ts';
import { naturalAlignment } from './alignment.ts';
import { Op } from '../syntax/instructions.ts';
import { parse } from './parse.ts';
import { print } from './print.ts';

const TEXT = `(module
  (rec
    (type (;0;) (sub (struct (field (mut (ref null 1))) (field i8))))
    (type (;1;) (sub final 0 (struct (field (mut (ref null 1))) (field i8) (field externref))))
  )
  (type (;2;) (func (param i32 i64) (result anyref)))
  (import "m" "\\c3\\a9\\22" (func (;0;) (type 2)))
  (table (;0;) 1 2 (ref func) (ref.func 0))
  (memory (;0;) 1)
  (tag (;0;) (type 2))
  (global (;0;) (mut i32) (i32.add (i32.const 1) (i32.const -2)))
  (export "f" (func 1))
  (start 1)
  (elem (;0;) (table 0) (offset (i32.const 0)) func 0 1)
  (elem (;1;) declare funcref (item (ref.func 0)) (item (ref.null func)))
  (func (;1;) (type 2) (param i32 i64) (result anyref) (local f32 f32)
    block (type 2)
      local.get 0
      if (result i32)
        f32.const -nan:0x400001
        f64.const 0x1.8p+0
        i32.load offset=4 align=1
      else
        v128.const i32x4 0x00000001 0x00000000 0x00000000 0x80000000
      end
      call_indirect (type 2)
      try_table (catch 0 1) (catch_all_ref 0)
      end
    end
    ref.cast (ref null 1)
    br_on_cast 0 anyref (ref i31)
    select (result i32)
    memory.copy
    table.init 0 1
  )
  (data (;0;) (memory 0) (offset (i32.const 0)) "a\\00;\\5c")
)
`;

describe('print', () => {
  it('writes one field and one instruction a line', () => {
    expect(print(parse(TEXT))).toBe(TEXT);
  });

  it('writes the empty module', () => expect(print(EMPTY_MODULE)).toBe('(module)\n'));

  it('leaves out custom sections', () => {
    const customs = [{ name: 'name', bytes: Uint8Array.of(), after: 0 }];
    expect(print({ ...EMPTY_MODULE, customs })).toBe('(module)\n');
  });

  it('stays linear in the depth of nesting', () => {
    const depth = 20_000;
    const module = parse(`(func ${'block '.repeat(depth)}${'end '.repeat(depth)})`);
    expect(print(module).length).toBeLessThan(200 * depth);
  });
});

describe('naturalAlignment', () => {
  it.each([
    ['i32.load', 2],
    ['i64.load32_u', 2],
    ['f64.store', 3],
    ['i64.store16', 1],
    ['v128.load', 4],
    ['v128.load8x8_s', 3],
    ['v128.load16_splat', 1],
    ['v128.store64_lane', 3],
  ] as const)('of %s is %d', (name, exponent) => expect(naturalAlignment(Op[name])).toBe(exponent));
});
