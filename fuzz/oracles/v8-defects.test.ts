import { describe, expect, it } from 'vitest';
import { INSTANTIATE, programOf } from '#test/support/program.ts';
import { v8Engine } from '#fuzz/engines/v8.ts';
import { v8DefectIn } from './v8-defects.ts';

const TYPES = '(type $general (sub (func (result i32)))) (type $special (sub $general (func (result i32))))';
const LIBRARY = `(module ${TYPES} (func (export "f") (type $special) (i32.const 5)))`;

/** Imports `f` of the library, and calls it through a table at its own type. */
function importing(at: '$general' | '$special', table: string) {
  const main = `(module ${TYPES} (import "m0" "f" (func $f (type ${at}))) ${table}
    (func (export "call") (result i32) (call_indirect $t (type $special) (i32.const 0))))`;
  return programOf([LIBRARY, main], [INSTANTIATE, { kind: 'instantiate', module: 1 }, { kind: 'call', module: 1, export: 'call', args: [] }]);
}
const SEGMENT = '(table $t funcref (elem $f))';
const VALUE = '(table $t 1 funcref (ref.func $f))';
const PASSIVE = '(table $t 1 funcref) (elem $s func $f) (func $init (table.init $t $s (i32.const 0) (i32.const 0) (i32.const 1))) (start $init)';

describe('v8DefectIn', () => {
  it.each([SEGMENT, VALUE])('knows of a function imported at a supertype that %s puts into a table', (table) => {
    expect(v8DefectIn(importing('$general', table))).toMatch(/imported function in a table/);
  });

  it('is still there: V8 traps where the function is called', () => {
    expect(v8Engine().run(importing('$general', SEGMENT)).outcomes.at(-1)).toMatchObject({ kind: 'trapped' });
  });

  it.each([
    ['the import has the function’s own type', importing('$special', SEGMENT)],
    ['code fills the table', importing('$general', PASSIVE)],
  ])('says nothing where %s, and V8 calls the function', (_, program) => {
    expect(v8DefectIn(program)).toBeUndefined();
    expect(v8Engine().run(program).outcomes.at(-1)).toEqual({ kind: 'returned', values: [{ kind: 'i32', value: 5 }] });
  });
});
