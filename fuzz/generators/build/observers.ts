/**
 * Observers: functions of the module itself that fold what can be reached into one number, so that engines which cannot show their
 * heap are compared as well.
 *
 * They never trap, and what they do is bounded: a few steps deep, and a few elements of each array and table. Functions, exceptions
 * and host objects count as null or not null.
 */
import { HeapType, ValType, heapTypeOf, isRefType, refType, unpacked } from '#wasm/syntax/types.ts';
import type { StorageType } from '#wasm/syntax/types.ts';
import type { Body } from './body.ts';
import type { FunctionEntry, ModuleBuilder } from './module-builder.ts';
import { refOrNull, refTo } from './type-table.ts';

/** How far from globals and tables `observe` looks. */
const DEPTH = 3;
/** Elements of an array or table that are looked at, spread evenly. */
const SAMPLES = 6;
/** The golden ratio's bits, odd: to multiply by it loses nothing. */
const FACTOR = 0x9e3779b1 | 0;
const LANES = [0, 4, 8, 12];
/** Results for what is not looked into. */
const CODE = { null: 1, deep: 2, opaque: 3 } as const;

const { i32, anyref } = ValType;
const SOMETHING = refType(HeapType.any, false);

/** What a reference may turn out to be. */
interface Case {
  /** What lies on the operand stack then; nothing when undefined. */
  readonly type: ValType | undefined;
  /** Leaves a number. */
  readonly handle: () => void;
}
/** Place of i31 among the cases: below it the depth counts. */
const I31_CASE = 2;

/** Leaves what `fold` may still look into. */
function remaining(body: Body): void {
  body.emit('local.get', { local: 1 });
}

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
    // Subtypes come after their supertypes, and are asked for first.
    const structs = [...types.structs].reverse();
    const arrays = [...types.arrays].reverse();
    const answer = (code: number) => (): void => body.i32(code);
    const cases: readonly Case[] = [
      { type: undefined, handle: answer(CODE.null) },
      { type: undefined, handle: answer(CODE.deep) },
      { type: refType(HeapType.i31, false), handle: () => body.emit('i31.get_s') },
      ...structs.map((type) => ({ type: refTo(type), handle: () => this.#foldStruct(body, type) })),
      ...arrays.map((type) => ({ type: refTo(type), handle: () => this.#foldArray(body, type) })),
    ];
    const open = (i: number): void => {
      if (i === cases.length) return this.#dispatch(body, cases);
      const { type, handle } = cases[i]!;
      body.block({ params: [], results: type === undefined ? [] : [type] }, () => open(i + 1));
      handle();
      body.emit('return');
    };
    open(0);
  }
  /** Branches to the case of the parameter: null, so deep that nobody looks, i31, or a type. Each cast that succeeds takes the reference along. */
  #dispatch(body: Body, cases: readonly Case[]): void {
    const label = (i: number): number => cases.length - 1 - i;
    body.emit('local.get', { local: 0 });
    body.emit('br_on_null', { label: label(0) });
    cases.forEach(({ type }, i) => {
      if (type !== undefined) body.emit('br_on_cast', { label: label(i), from: SOMETHING, to: type });
      // What follows is one step deeper.
      if (i !== I31_CASE) return;
      body.emit('local.get', { local: 1 });
      body.emit('i32.eqz');
      body.emit('br_if', { label: label(1) });
      body.emit('local.get', { local: 1 });
      body.i32(1);
      body.emit('i32.sub');
      body.emit('local.set', { local: 1 });
    });
    body.i32(CODE.opaque);
    body.emit('return');
  }

  /** Leaves a number for the structure on top. */
  #foldStruct(body: Body, type: number): void {
    body.scratch(refOrNull(type), (object) => {
      body.emit('local.set', { local: object });
      body.i32(type);
      this.#module.types.struct(type).fields.forEach(({ storage }, field) =>
        this.#mix(body, () =>
          this.#foldStorage(body, storage, remaining, () => {
            body.emit('local.get', { local: object });
            if (storage === unpacked(storage)) body.emit('struct.get', { type, field });
            else body.emit('struct.get_u', { type, field });
          }),
        ),
      );
    });
  }
  /** Leaves a number for the array on top. */
  #foldArray(body: Body, type: number): void {
    const { storage } = this.#module.types.array(type).element;
    body.scratch(refOrNull(type), (array) => {
      body.emit('local.tee', { local: array });
      body.emit('array.len');
      this.#overSamples(body, (index) =>
        this.#foldStorage(body, storage, remaining, () => {
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
      this.#mix(body, () => {
        body.emit('table.size', { table });
        this.#overSamples(body, (index) =>
          this.#foldStorage(body, type.element, depth, () => {
            body.emit('local.get', { local: index });
            body.emit('table.get', { table });
          }),
        );
      }),
    );
  }

  // --- Pieces --------------------------------------------------------------------------------------------

  /** `(top xor value) * FACTOR`, as FNV-1a does: what differs in one place stays different whatever comes behind. */
  #mix(body: Body, value: () => void): void {
    value();
    body.emit('i32.xor');
    body.i32(FACTOR);
    body.emit('i32.mul');
  }

  /** Leaves a number for a sequence whose length is on top: the length, and some of the elements. */
  #overSamples(body: Body, element: (index: number) => void): void {
    const get = (local: number): void => body.emit('local.get', { local });
    const set = (local: number): void => body.emit('local.set', { local });
    const within = (length: number, index: number, stride: number, sum: number): void => {
      body.emit('local.tee', { local: length });
      body.emit('local.tee', { local: sum });
      body.if({ params: [], results: [] }, () => {
        // A part of the length, at least one.
        get(length);
        body.i32(SAMPLES);
        body.emit('i32.div_u');
        body.i32(1);
        body.emit('i32.add');
        set(stride);
        body.i32(0);
        set(index);
        body.loop({ params: [], results: [] }, () => {
          get(sum);
          this.#mix(body, () => element(index));
          set(sum);
          get(index);
          get(stride);
          body.emit('i32.add');
          body.emit('local.tee', { local: index });
          get(length);
          body.emit('i32.lt_u');
          body.emit('br_if', { label: 0 });
        });
      });
      get(sum);
    };
    body.scratch(i32, (length) =>
      body.scratch(i32, (index) => body.scratch(i32, (stride) => body.scratch(i32, (sum) => within(length, index, stride, sum)))),
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

