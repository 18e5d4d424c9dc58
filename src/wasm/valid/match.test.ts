import { describe, expect, it } from 'vitest';
import type { ExternType } from '../syntax/module.ts';
import type { CompositeType } from '../syntax/types.ts';
import { PackedType, ValType } from '../syntax/types.ts';
import { matchesComposite, matchesExtern, matchesLimits } from './match.ts';
import { TypeRegistry } from './type-registry.ts';

const registry = new TypeRegistry();
const { i32, anyref, eqref, funcref } = ValType;

describe('matchesComposite', () => {
  const cases: [string, CompositeType, CompositeType, boolean][] = [
    [
      'functions: contravariant parameters, covariant results',
      { kind: 'func', params: [anyref], results: [eqref] },
      { kind: 'func', params: [eqref], results: [anyref] },
      true,
    ],
    [
      'functions: not the other way',
      { kind: 'func', params: [eqref], results: [] },
      { kind: 'func', params: [anyref], results: [] },
      false,
    ],
    [
      'structures: more fields',
      { kind: 'struct', fields: [{ storage: eqref, mutable: false }, { storage: i32, mutable: true }] },
      { kind: 'struct', fields: [{ storage: anyref, mutable: false }] },
      true,
    ],
    [
      'structures: fewer fields',
      { kind: 'struct', fields: [] },
      { kind: 'struct', fields: [{ storage: i32, mutable: false }] },
      false,
    ],
    [
      'arrays: mutable elements are invariant',
      { kind: 'array', element: { storage: eqref, mutable: true } },
      { kind: 'array', element: { storage: anyref, mutable: true } },
      false,
    ],
    [
      'arrays: packed elements match themselves only',
      { kind: 'array', element: { storage: PackedType.i8, mutable: false } },
      { kind: 'array', element: { storage: i32, mutable: false } },
      false,
    ],
  ];
  it.each(cases)('%s', (_, a, b, expected) => {
    expect(matchesComposite(registry, a, b)).toBe(expected);
  });
});

describe('matchesLimits', () => {
  it('wants at least the minimum and, if a maximum is wanted, one that is no larger', () => {
    expect(matchesLimits({ min: 2, max: 3 }, { min: 1, max: 4 })).toBe(true);
    expect(matchesLimits({ min: 2, max: 3 }, { min: 1, max: undefined })).toBe(true);
    expect(matchesLimits({ min: 0, max: 3 }, { min: 1, max: undefined })).toBe(false);
    expect(matchesLimits({ min: 2, max: 5 }, { min: 1, max: 4 })).toBe(false);
    expect(matchesLimits({ min: 2, max: undefined }, { min: 1, max: 4 })).toBe(false);
  });
});

describe('matchesExtern', () => {
  const limits = { min: 1, max: undefined };
  const cases: [string, ExternType, ExternType, boolean][] = [
    ['another kind', { kind: 'memory', limits }, { kind: 'table', element: funcref, limits }, false],
    ['an immutable global, covariantly', global(eqref, false), global(anyref, false), true],
    ['a mutable global, invariantly', global(eqref, true), global(anyref, true), false],
    ['mutability', global(i32, true), global(i32, false), false],
    ['tables, invariantly', table(eqref), table(anyref), false],
    ['tags by identity of type', { kind: 'tag', typeIndex: 1 }, { kind: 'tag', typeIndex: 2 }, false],
  ];
  function table(element: ValType): ExternType {
    return { kind: 'table', element, limits };
  }
  function global(type: ValType, mutable: boolean): ExternType {
    return { kind: 'global', type, mutable };
  }
  it.each(cases)('%s', (_, a, b, expected) => {
    expect(matchesExtern(registry, a, b)).toBe(expected);
  });
  it('takes a function of a declared subtype', () => {
    const composite = { kind: 'func', params: [], results: [] } as const;
    const own = new TypeRegistry();
    const [sup, sub] = own.define([
      [{ final: false, supertypes: [], composite }],
      [{ final: true, supertypes: [0], composite }],
    ]);
    const func = (typeIndex: number): ExternType => ({ kind: 'func', typeIndex });
    expect(matchesExtern(own, func(sub!), func(sup!))).toBe(true);
    expect(matchesExtern(own, func(sup!), func(sub!))).toBe(false);
  });
});
