import { expect, it } from 'vitest';
import { parse } from '../text/parse.ts';
import { countInstructions } from './size.ts';

it('counts operators in bodies and constant expressions, without end and else', () => {
  const text = `(memory 1) (table 1 funcref (ref.null func)) (global i32 (i32.add (i32.const 1) (i32.const 2)))
    (func (if (i32.const 1) (then nop) (else nop))) (elem (i32.const 0) 0 0) (data (i32.const 0) "x") (data "y")`;
  expect(countInstructions(parse(text))).toBe(1 + 3 + 4 + 3 + 1);
});
