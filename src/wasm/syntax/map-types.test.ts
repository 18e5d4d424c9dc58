import { describe, expect, it } from 'vitest';
import { parse } from '../text/parse.ts';
import { mapTypes } from './map-types.ts';
import type { StorageType } from './types.ts';
import { ValType, isRefType, typeName } from './types.ts';

const MODULE = parse(`(module
  (type (sub (struct (field i8) (field (ref null 0)))))
  (type (array f64))
  (type (func (param externref) (result funcref)))
  (import "a" "g" (global (ref i31)))
  (import "a" "t" (table 1 (ref null array)))
  (table 1 arrayref (ref.null none))
  (global i64 (i64.const 0))
  (elem structref)
  (func (type 2) (local anyref)
    (block (result f32) (f32.const 0)) (drop)
    (drop (select (result (ref eq)) (unreachable) (unreachable) (i32.const 0)))
    (block (result (ref 0)) (br_on_cast 0 anyref (ref 0) (local.get 1)) (unreachable)) (drop)
    (drop (ref.test (ref 1) (local.get 1)))
    (ref.null nofunc)))`);

function namesOf(module: typeof MODULE): readonly string[] {
  const types: StorageType[] = [];
  mapTypes(module, (type) => (types.push(type), type));
  return types.map(typeName);
}

describe('mapTypes', () => {
  it('visits every type once and leaves the module as it is', () => {
    expect(namesOf(MODULE).toSorted()).toEqual(
      [
        'i8', '(ref null 0)', 'f64', 'externref', 'funcref', '(ref i31)', 'arrayref', 'arrayref', 'nullref', 'i64', 'structref',
        'anyref', 'f32', '(ref eq)', '(ref 0)', 'anyref', '(ref 0)', '(ref null 1)', 'nullfuncref',
      ].sort(),
    );
    expect(mapTypes(MODULE, (type) => type)).toEqual(MODULE);
  });
  it('changes what it is told to, and keeps reference types where nothing else can be', () => {
    const names = namesOf(mapTypes(MODULE, (type) => (isRefType(type) ? ValType.i32 : type)));
    expect(names.filter((name) => name.includes('ref')).toSorted()).toEqual(['(ref null 1)', 'nullfuncref', 'nullref']);
  });
});
