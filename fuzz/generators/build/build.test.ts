import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nullEngine } from '#fuzz/engines/interpreter.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { ValType as Value } from '#wasm/syntax/types.ts';
import { HeapType, PackedType, ValType, refType } from '#wasm/syntax/types.ts';
import { TypeRegistry, canonicalValType } from '#wasm/valid/type-registry.ts';
import { validate } from '#wasm/valid/validate.ts';
import { Random } from '../random.ts';
import { constI32 } from './body.ts';
import { ALL_LEAVES, drawTypes } from './draw-types.ts';
import { Emitter } from './emitter.ts';
import { ModuleBuilder } from './module-builder.ts';
import { addObserver, declareFold, defineFold } from './observers.ts';
import { reweighted } from './production.ts';
import { refOrNull, refTo } from './type-table.ts';

const seeds = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const CHECKS = { seed: 1, numRuns: 60 };

function moduleWithTypes(seed: number): ModuleBuilder {
  const module = new ModuleBuilder();
  drawTypes(module, new Random(seed), { groups: 3, groupSize: 4, fields: 3, leaves: ALL_LEAVES });
  return module;
}
/** All reference types that a module's types give rise to, and the abstract ones. */
function referenceTypes({ types }: ModuleBuilder): readonly Value[] {
  const concrete = Array.from({ length: types.size }, (_, i) => [refTo(i), refOrNull(i)]).flat();
  const abstract = Object.values(HeapType).flatMap((heapType) => [refType(heapType, false), refType(heapType, true)]);
  return [...concrete, ...abstract];
}

describe('drawTypes', () => {
  it('draws valid types', () => {
    const isValid = (seed: number): void => {
      expect(() => validate(moduleWithTypes(seed).build())).not.toThrow();
    };
    fc.assert(fc.property(seeds, isValid), CHECKS);
  });
});

describe('TypeTable', () => {
  it('says that types match only where validation says so', () => {
    let matches = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const { types } = moduleWithTypes(seed);
        const registry = new TypeRegistry();
        const ids = registry.define(types.groups);
        const all = referenceTypes({ types } as ModuleBuilder);
        for (const a of all) {
          for (const b of all) {
            if (!types.matches(a, b)) continue;
            matches++;
            expect(registry.matches(canonicalValType(a, ids), canonicalValType(b, ids))).toBe(true);
          }
        }
      }),
      { ...CHECKS, numRuns: 20 },
    );
    expect(matches).toBeGreaterThan(1000);
  });
});

describe('Emitter', () => {
  it('has a smallest value for each type whose values can be written down', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const module = moduleWithTypes(seed);
        const { structs, arrays } = module.types;
        const wanted = [...structs, ...arrays].flatMap((index) => [refTo(index), refOrNull(index)]);
        module.add({ params: [], results: wanted }, (body) => {
          const e = new Emitter(module, new Random(seed), { values: [], statements: [] }, { arrayLength: 2, room: 100, risk: 0 }, body);
          for (const type of wanted) e.smallest(type);
        });
        expect(() => validate(module.build())).not.toThrow();
      }),
      CHECKS,
    );
  });
});

describe('observers', () => {
  it('tell modules apart by any one field, element or entry', () => {
    const observed = (change: { [place: string]: number }): unknown => {
      const module = new ModuleBuilder();
      module.addMemory({ min: 1, max: 1 });
      const place = (name: string) => constI32(change[name] ?? 0);
      const field = (storage: Value | PackedType) => ({ storage, mutable: true });
      const struct = module.types.define([
        { final: true, supertypes: [], composite: { kind: 'struct', fields: [ValType.i32, PackedType.i8, ValType.anyref, ValType.v128].map(field) } },
      ]);
      const array = module.types.define([{ final: true, supertypes: [], composite: { kind: 'array', element: field(ValType.anyref) } }]);
      const i31 = (name: string) => [...place(name), { op: 0x11c }] as const;
      module.addGlobal(refTo(struct), false, [
        ...place('field'),
        ...place('packed'),
        ...i31('first'),
        ...i31('last'),
        { op: 0x108, type: array, length: 2 },
        { op: 0x30c, bits: BigInt(change['vector'] ?? 0) << 96n },
        { op: 0x100, type: struct },
      ]);
      module.addTable(ValType.anyref, { min: 1, max: 1 }, i31('entry'));
      const fold = declareFold(module);
      defineFold(module, fold);
      addObserver(module, fold);
      const { outcomes } = nullEngine().run({
        modules: [{ name: 'm', module: module.build() }],
        steps: [{ kind: 'instantiate', module: 0 }, { kind: 'call', module: 0, export: 'observe', args: [] }],
        schedule: NO_COLLECTIONS,
        collector: DEFAULT_KNOBS,
        limits: DEFAULT_PROGRAM_LIMITS,
      });
      expect(outcomes[1]).toMatchObject({ kind: 'returned' });
      return JSON.stringify(outcomes[1]);
    };
    const changes = [{}, ...['field', 'packed', 'first', 'last', 'vector', 'entry'].map((name) => ({ [name]: 1 }))];
    expect(new Set(changes.map(observed)).size).toBe(changes.length);
  });
});

describe('reweighted', () => {
  it('changes what is named and refuses what there is not', () => {
    const rows = [{ name: 'a', weight: 1 }, { name: 'b', weight: 2 }];
    expect(reweighted(rows, { b: 5 })).toEqual([{ name: 'a', weight: 1 }, { name: 'b', weight: 5 }]);
    expect(() => reweighted(rows, { c: 1 })).toThrow(/no production c/);
  });
});
