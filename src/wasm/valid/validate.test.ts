import { describe, expect, it } from 'vitest';
import { ValidationError } from '../errors.ts';
import { Op } from '../syntax/instructions.ts';
import type { Expr } from '../syntax/instructions.ts';
import type { Global, Module } from '../syntax/module.ts';
import { EMPTY_MODULE } from '../syntax/module.ts';
import type { RecGroup, SubType } from '../syntax/types.ts';
import { HeapType, ValType, concrete, refType } from '../syntax/types.ts';
import { MAX_SUBTYPE_DEPTH } from './type-section.ts';
import { TypeRegistry } from './type-registry.ts';
import { validate } from './validate.ts';

const { i32, funcref } = ValType;
const limits = { min: 1, max: undefined };
const thunk: SubType = { final: true, supertypes: [], composite: { kind: 'func', params: [], results: [] } };
const toI32: SubType = { final: true, supertypes: [], composite: { kind: 'func', params: [], results: [i32] } };
const zero: Expr = [{ op: Op['i32.const'], value: 0 }];

function global(type: ValType, mutable: boolean, init: Expr): Global {
  return { type: { type, mutable }, init };
}
function empty(final: boolean, ...supertypes: number[]): SubType {
  return { final, supertypes, composite: { kind: 'struct', fields: [] } };
}
function arrayOf(storage: ValType): SubType {
  return { final: true, supertypes: [], composite: { kind: 'array', element: { storage, mutable: true } } };
}
function chain(length: number): RecGroup {
  return Array.from({ length }, (_, i) => (i === 0 ? empty(false) : empty(false, i - 1)));
}

function errorOf(module: Module): unknown {
  try {
    validate(module);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('validate', () => {
  it('returns the types of everything that has an index', () => {
    const registry = new TypeRegistry();
    registry.define([[empty(true)]]);
    const context = validate(
      {
        ...EMPTY_MODULE,
        recGroups: [[thunk], [toI32]],
        imports: [
          { module: 'm', name: 'f', type: { kind: 'func', typeIndex: 1 } },
          { module: 'm', name: 'g', type: { kind: 'global', type: refType(concrete(0), true), mutable: false } },
        ],
        functions: [{ typeIndex: 0, locals: [], body: [] }],
        exports: [{ name: 'main', kind: 'func', index: 1 }],
      },
      registry,
    );
    expect([...context.typeIds]).toEqual([1, 2]);
    expect(context.functionTypeIds).toEqual([2, 1]);
    expect(context.imported).toMatchObject({ func: 1, global: 1, table: 0 });
    expect(context.globals[0]!.type).toBe(refType(concrete(1), true));
    expect([...context.declaredFunctions]).toEqual([1]);
  });

  const invalid: [string, string, string, Partial<Module>][] = [
    ['a forward reference', 'type', 'unknown type 1', {
      recGroups: [[arrayOf(refType(concrete(1), true))], [thunk]],
    }],
    ['a supertype in front', 'type', 'unknown type 1', { recGroups: [[empty(false, 1), empty(false)]] }],
    ['two supertypes', 'type', 'at most one', { recGroups: [[empty(false), empty(false), empty(false, 0, 1)]] }],
    ['a subtype of a final type', 'type', 'final', { recGroups: [[empty(true)], [empty(true, 0)]] }],
    ['a subtype of another kind', 'type', 'does not match', {
      recGroups: [[empty(false)], [{ ...thunk, supertypes: [0] }]],
    }],
    ['subtypes nested too deep', 'type', 'deeper', { recGroups: [chain(MAX_SUBTYPE_DEPTH + 2)] }],
    ['a function of structure type', 'function', 'not a function type', {
      recGroups: [[empty(true)]],
      functions: [{ typeIndex: 0, locals: [], body: [] }],
    }],
    ['a tag with results', 'tag', 'no results', { recGroups: [[toI32]], tags: [{ typeIndex: 0 }] }],
    ['a memory beyond 4 GiB', 'memory', '65536', { memories: [{ limits: { min: 0, max: 65537 } }] }],
    ['limits upside down', 'import', 'minimum', {
      imports: [{ module: '', name: '', type: { kind: 'memory', limits: { min: 2, max: 1 } } }],
    }],
    ['a table of non-nullable references without initial value', 'table', 'initial value', {
      tables: [{ type: { element: refType(HeapType.any, false), limits }, init: undefined }],
    }],
    ['a global that uses itself', 'global', 'unknown global 0', {
      globals: [global(i32, false, [{ op: Op['global.get'], global: 0 }])],
    }],
    ['a global that uses a mutable one', 'global', 'mutable', {
      globals: [global(i32, true, zero), global(i32, false, [{ op: Op['global.get'], global: 0 }])],
    }],
    ['a table that uses a global of the module', 'table', 'unknown global 0', {
      tables: [{ type: { element: funcref, limits }, init: [{ op: Op['global.get'], global: 0 }] }],
      globals: [global(funcref, false, [{ op: Op['ref.null'], heapType: HeapType.func }])],
    }],
    ['an element segment for no table', 'element segment', 'unknown table 0', {
      elements: [{ type: funcref, items: [], mode: { kind: 'active', table: 0, offset: zero } }],
    }],
    ['an element segment of other references', 'element segment', 'type mismatch', {
      tables: [{ type: { element: ValType.externref, limits }, init: undefined }],
      elements: [{ type: funcref, items: [], mode: { kind: 'active', table: 0, offset: zero } }],
    }],
    ['a data segment for no memory', 'data segment', 'unknown memory 0', {
      datas: [{ bytes: new Uint8Array(), mode: { kind: 'active', memory: 0, offset: zero } }],
    }],
    ['an export of nothing', 'export', 'unknown tag 0', { exports: [{ name: 'a', kind: 'tag', index: 0 }] }],
    ['two exports of one name', 'export', 'duplicate export name "a"', {
      memories: [{ limits }],
      exports: [{ name: 'a', kind: 'memory', index: 0 }, { name: 'a', kind: 'memory', index: 0 }],
    }],
    ['a start function with results', 'start', 'no parameters', {
      recGroups: [[toI32]],
      functions: [{ typeIndex: 0, locals: [], body: zero }],
      start: 0,
    }],
    ['a reference to an undeclared function', 'function', 'undeclared function reference 0', {
      recGroups: [[thunk]],
      functions: [{ typeIndex: 0, locals: [], body: [{ op: Op['ref.func'], func: 0 }, { op: Op.drop }] }],
    }],
  ];
  it.each(invalid)('refuses %s', (_, space, message, part) => {
    const error = errorOf({ ...EMPTY_MODULE, ...part });
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).place.space).toBe(space);
    expect((error as ValidationError).message).toContain(message);
  });

  it('takes the deepest subtypes that are allowed', () => {
    expect(validate({ ...EMPTY_MODULE, recGroups: [chain(MAX_SUBTYPE_DEPTH + 1)] }).typeIds).toHaveLength(64);
  });
});
