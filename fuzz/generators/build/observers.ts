/**
 * Observers: functions of the module itself that fold what can be reached into one number, so that engines which cannot show their
 * heap are compared as well.
 *
 * They never trap, and what they do is bounded: a few steps deep, and a few elements of each array and table. Functions, exceptions
 * and host objects count as null or not null.
 */
import { HeapType, ValType, concrete, heapTypeOf, isRefType, unpacked } from '#wasm/syntax/types.ts';
import type { StorageType } from '#wasm/syntax/types.ts';
import type { Body } from './body.ts';
import type { FunctionEntry, ModuleBuilder } from './module-builder.ts';
import { refOrNull } from './type-table.ts';

/** How far from globals and tables `observe` looks. */
const DEPTH = 3;
/** Elements of an array or table that are looked at, spread evenly. */
const SAMPLES = 6;
/** The golden ratio's bits, odd. */
const FACTOR = 0x9e3779b1 | 0;
const ROTATION = 5;
const LANES = [0, 4, 8, 12];
/** Results for what is not looked into. */
const CODE = { null: 1, deep: 2, opaque: 3 } as const;

const { i32, anyref } = ValType;

/**
 * Declares `fold : (anyref, depth: i32) -> i32`. Its body is written by `defineFold`, when all types are known.
 */
export function declareFold(module: ModuleBuilder): FunctionEntry {
  return module.declare({ params: [anyref, i32], results: [i32] });
}

/** Writes the body of `fold`. Vector fields are looked into when the module has a memory, whose first bytes they overwrite. */
export function defineFold(module: ModuleBuilder, fold: FunctionEntry): void {
  const folding = new Folding(module, fold);
  module.define(fold, (body) => folding.write(body));
}

/** Adds and exports `observe : () -> i32`, over all globals and tables. */
export function addObserver(module: ModuleBuilder, fold: FunctionEntry): void {
  const folding = new Folding(module, fold);
  const entry = module.add({ params: [], results: [i32] }, (body) => folding.writeObserver(body));
  module.export('observe', 'func', entry.index);
}

class Folding {
  readonly #module: ModuleBuilder;
  readonly #fold: FunctionEntry;

  constructor(module: ModuleBuilder, fold: FunctionEntry) {
    this.#module = module;
    this.#fold = fold;
  }

  write(body: Body): void {
    const { types } = this.#module;
    const returnWhen = (condition: () => void, result: () => void): void => {
      condition();
      body.if({ params: [], results: [] }, () => {
        result();
        body.emit('return');
      });
    };
    const value = (): void => body.emit('local.get', { local: 0 });
    const isOf = (heapType: HeapType) => (): void => {
      value();
      body.emit('ref.test', { heapType });
    };
    const castTo = (heapType: HeapType): void => {
      value();
      body.emit('ref.cast', { heapType });
    };
    returnWhen(() => {
      value();
      body.emit('ref.is_null');
    }, () => body.i32(CODE.null));
    returnWhen(isOf(HeapType.i31), () => {
      castTo(HeapType.i31);
      body.emit('i31.get_s');
    });
    returnWhen(() => {
      body.emit('local.get', { local: 1 });
      body.emit('i32.eqz');
    }, () => body.i32(CODE.deep));
    // Subtypes come after their supertypes, and are asked for first.
    for (const type of [...types.structs].reverse()) {
      returnWhen(isOf(concrete(type)), () => this.#foldStruct(body, type, () => castTo(concrete(type))));
    }
    for (const type of [...types.arrays].reverse()) {
      returnWhen(isOf(concrete(type)), () => this.#foldArray(body, type, () => castTo(concrete(type))));
    }
    body.i32(CODE.opaque);
  }

  /** Leaves a number for the structure. */
  #foldStruct(body: Body, type: number, get: () => void): void {
    body.i32(type);
    this.#module.types.struct(type).fields.forEach(({ storage }, field) =>
      this.#mix(body, () =>
        this.#foldStorage(body, storage, this.#deeper, () => {
          get();
          if (storage === unpacked(storage)) body.emit('struct.get', { type, field });
          else body.emit('struct.get_u', { type, field });
        }),
      ),
    );
  }
  #foldArray(body: Body, type: number, get: () => void): void {
    const { storage } = this.#module.types.array(type).element;
    body.scratch(refOrNull(type), (array) => {
      get();
      body.emit('local.set', { local: array });
      const length = (): void => {
        body.emit('local.get', { local: array });
        body.emit('array.len');
      };
      this.#overSamples(body, length, (index) =>
        this.#foldStorage(body, storage, this.#deeper, () => {
          body.emit('local.get', { local: array });
          body.emit('local.get', { local: index });
          if (storage === unpacked(storage)) body.emit('array.get', { type });
          else body.emit('array.get_u', { type });
        }),
      );
    });
  }

  writeObserver(body: Body): void {
    const depth = (): void => body.i32(DEPTH);
    body.i32(0);
    this.#module.globals.forEach(({ type }, global) =>
      this.#mix(body, () => this.#foldStorage(body, type.type, depth, () => body.emit('global.get', { global }))),
    );
    this.#module.tables.forEach(({ type }, table) =>
      this.#mix(body, () =>
        this.#overSamples(body, () => body.emit('table.size', { table }), (index) =>
          this.#foldStorage(body, type.element, depth, () => {
            body.emit('local.get', { local: index });
            body.emit('table.get', { table });
          }),
        ),
      ),
    );
  }

  // --- Pieces --------------------------------------------------------------------------------------------

  /** `(rotl(top, 5) xor value) * FACTOR`: not linear, for sums within sums would cancel each other. */
  #mix(body: Body, value: () => void): void {
    body.i32(ROTATION);
    body.emit('i32.rotl');
    value();
    body.emit('i32.xor');
    body.i32(FACTOR);
    body.emit('i32.mul');
  }
  readonly #deeper = (body: Body): void => {
    body.emit('local.get', { local: 1 });
    body.i32(1);
    body.emit('i32.sub');
  };

  /** Leaves a number for a sequence: its length, and some of its elements. */
  #overSamples(body: Body, length: () => void, element: (index: number) => void): void {
    body.scratch(i32, (index) =>
      body.scratch(i32, (sum) => {
        length();
        body.emit('local.set', { local: sum });
        body.i32(0);
        body.emit('local.set', { local: index });
        body.block({ params: [], results: [] }, () =>
          body.loop({ params: [], results: [] }, () => {
            body.emit('local.get', { local: index });
            length();
            body.emit('i32.ge_u');
            body.emit('br_if', { label: 1 });
            body.emit('local.get', { local: sum });
            this.#mix(body, () => element(index));
            body.emit('local.set', { local: sum });
            // The stride: a part of the length, at least one.
            body.emit('local.get', { local: index });
            length();
            body.i32(SAMPLES);
            body.emit('i32.div_u');
            body.emit('i32.add');
            body.i32(1);
            body.emit('i32.add');
            body.emit('local.set', { local: index });
            body.emit('br', { label: 0 });
          }),
        );
        body.emit('local.get', { local: sum });
      }),
    );
  }

  /** Leaves a number for the value that `get` leaves. @param depth leaves how deep to look */
  #foldStorage(body: Body, storage: StorageType, depth: (body: Body) => void, get: () => void): void {
    const type = unpacked(storage);
    if (isRefType(type)) return this.#foldReference(body, type, depth, get);
    switch (type) {
      case ValType.i32:
        return get();
      case ValType.i64:
        get();
        return body.emit('i32.wrap_i64');
      case ValType.f32:
        get();
        return body.emit('i32.trunc_sat_f32_s');
      case ValType.f64:
        get();
        return body.emit('i32.trunc_sat_f64_s');
      case ValType.v128:
        return this.#foldVector(body, get);
    }
  }
  #foldReference(body: Body, type: ValType, depth: (body: Body) => void, get: () => void): void {
    get();
    switch (this.#module.types.top(heapTypeOf(type))) {
      case HeapType.any:
        break;
      case HeapType.extern:
        body.emit('any.convert_extern');
        break;
      default:
        return body.emit('ref.is_null');
    }
    depth(body);
    body.emit('call', { func: this.#fold.index });
  }
  #foldVector(body: Body, get: () => void): void {
    if (this.#module.memories.length === 0) return body.i32(0);
    body.i32(0);
    get();
    body.emit('v128.store', { align: 0, offset: 0, memory: 0 });
    body.i32(0);
    for (const offset of LANES) {
      this.#mix(body, () => {
        body.i32(0);
        body.emit('i32.load', { align: 0, offset, memory: 0 });
      });
    }
  }
}

