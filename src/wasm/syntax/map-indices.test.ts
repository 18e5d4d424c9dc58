import { describe, expect, it } from 'vitest';
import { parse } from '../text/parse.ts';
import { print } from '../text/print.ts';
import { instructionTable, type ImmediateKind } from './instructions.ts';
import type { IndexMap, IndexSpace } from './map-indices.ts';
import { mapModule } from './map-indices.ts';

const EVERYTHING = `(module
  (rec (type (sub (struct (field (ref null 1))))) (type (array (mut (ref 0)))))
  (type (sub 0 (struct (field (ref null 1)))))
  (type (func (param (ref 0)) (result (ref null 1))))
  (type (func (param i32)))
  (import "a" "f" (func (type 3)))
  (import "a" "g" (global (ref null 1)))
  (table 3 (ref null 0) (ref.null 0))
  (memory 1)
  (tag (type 4))
  (global (ref null 1) (global.get 0))
  (export "f" (func 1))
  (start 0)
  (elem (table 0) (offset (i32.const 0)) (ref null 0) (item (ref.null 0)))
  (elem func 0)
  (func (type 3) (local (ref null 1) i32)
    block (type 3) try_table (result (ref 0)) (catch 0 0) local.get 0 end br 0 end
    call 0 drop global.get 1 local.set 1 local.get 2 i32.load drop
    local.get 1 i32.const 0 local.get 1 i32.const 0 i32.const 0 array.copy 1 1
    i32.const 0 table.get 0 drop i32.const 0 br_table 0 0 local.get 0 ref.cast (ref 2) struct.get 0 0
    i32.const 0 i32.const 0 array.new_data 1 0 drop i32.const 0 i32.const 0 array.new_elem 1 0)
  (data "x"))`;

const SPACES: readonly IndexSpace[] = ['type', 'func', 'table', 'memory', 'global', 'tag', 'elem', 'data', 'local', 'label'];

function everywhere(change: (index: number) => number): IndexMap {
  return Object.fromEntries(SPACES.map((space) => [space, change]));
}

describe('mapModule', () => {
  it('changes nothing when no index changes', () => {
    const module = parse(EVERYTHING);
    expect(mapModule(module, {})).toEqual(module);
    expect(mapModule(module, everywhere((index) => index))).toEqual(module);
  });

  it('is undone by the inverse map, in every index space', () => {
    const module = parse(EVERYTHING);
    const there = mapModule(module, everywhere((index) => index + 10));
    expect(mapModule(there, everywhere((index) => index - 10))).toEqual(module);
    for (const space of SPACES) {
      const changed = mapModule(module, { [space]: (index: number) => index + 10 });
      expect(print(changed), space).not.toBe(print(module));
    }
  });

  it('knows every kind of immediate', () => {
    const rows = Object.values(instructionTable) as unknown as readonly (readonly [number, ...ImmediateKind[]])[];
    const kinds = new Set(rows.flatMap(([, ...immediates]) => immediates));
    // These hold no index. `field` does, but into a type: it changes with the type's definition.
    for (const kind of ['field', 'length', 'lane', 'i32', 'i64', 'f32', 'f64', 'v128'] as const) kinds.delete(kind);
    const known =
      'blockType catches label labels func type sourceType table sourceTable local global memory sourceMemory data elem tag types memArg heapType cast';
    expect([...kinds].sort()).toEqual(known.split(' ').sort());
  });
});
