import { expect, it } from 'vitest';
import { twins, ALL_ORACLES } from '#fuzz/campaign/twins.ts';
import { parse } from '#wasm/text/parse.ts';
import { defaultProgram } from './default-program.ts';

it('calls every exported function once, with values that fit', () => {
  const program = defaultProgram(
    parse(`(module
      (type $s (struct))
      (import "env" "id" (func $id (param anyref) (result anyref)))
      (memory (export "memory") 1)
      (export "imported" (func $id))
      (func (export "numbers") (param i32 i64 f32 f64))
      (func (export "references") (param (ref null $s) externref (ref extern) (ref any) (ref i31)))
      (func (export "impossible") (param (ref $s))))`),
  );
  expect(program.steps.map((step) => ('export' in step ? step.export : step.kind))).toEqual(['instantiate', 'imported', 'numbers', 'references', 'impossible']);
  const { verdict, observation } = twins({ fault: undefined, oracles: ALL_ORACLES }).examine(program);
  expect(verdict).toEqual({ kind: 'agree' });
  expect(observation.outcomes.map(({ kind }) => kind)).toEqual(['instantiated', 'returned', 'returned', 'returned', 'skipped']);
});
