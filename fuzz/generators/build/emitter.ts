/**
 * Writes random code that is valid by construction: `valueOf` leaves one value of the wanted type, `statement` leaves nothing.
 * What there is to choose from comes as a `Grammar`; when nothing is possible, or the code has become long, the smallest value
 * of the type is written, which needs no production.
 *
 * Code traps seldom: what may be null or of another type is replaced by something fresh in that case, and indices are below a length that
 * nearly all arrays (and all tables) have. `risky` says where to let a trap happen.
 */
import type { Expr } from '#wasm/syntax/instructions.ts';
import type { HeapType as Heap, ValType as Value } from '#wasm/syntax/types.ts';
import { HeapType, ValType, concrete, heapTypeOf, isConcrete, isDefaultable, isNullable, refType, unpacked } from '#wasm/syntax/types.ts';
import type { Random } from '../random.ts';
import { Body } from './body.ts';
import type { FunctionEntry, ModuleBuilder } from './module-builder.ts';
import type { Grammar } from './production.ts';
import { nonNull } from './type-table.ts';

/** Where code is written, and what it may count on. */
export interface Settings {
  /** Arrays have at least this many elements, but for an odd one. */
  readonly arrayLength: number;
  /** Instructions of a body after which only the smallest values are written. */
  readonly room: number;
  /** Chance of each place where a trap is possible to be left unguarded. */
  readonly risk: number;
  /** Whether ranges overlap, and what is copied is owned by its slot alone, on purpose. True when absent. */
  readonly aliasing?: boolean;
  /** Whether there are bottom types, which came with GC. True when absent. */
  readonly bottomTypes?: boolean;
  /** `(anyref, i32) -> i32`: folds what can be reached in so many steps; see `observers.ts`. */
  readonly fold?: FunctionEntry;
}

const MAX_I31 = 2 ** 30 - 1;
const F32_BITS = [0, 0x3f80_0000, 0x8000_0000, 0x7f80_0000, 0x7fc0_0000, 0x4049_0fdb];
const F64_BITS = [0n, 0x3ff0_0000_0000_0000n, 0x8000_0000_0000_0000n, 0x7ff8_0000_0000_0000n, 0x4009_21fb_5444_2d18n];

export class Emitter {
  readonly module: ModuleBuilder;
  readonly random: Random;
  readonly grammar: Grammar;
  readonly settings: Settings;
  readonly body: Body;
  /** In constant expressions, how many globals may be named; undefined in bodies. */
  readonly globalsInScope: number | undefined;

  constructor(module: ModuleBuilder, random: Random, grammar: Grammar, settings: Settings, body: Body, globalsInScope?: number) {
    this.module = module;
    this.random = random;
    this.grammar = grammar;
    this.settings = settings;
    this.body = body;
    this.globalsInScope = globalsInScope;
  }

  get constant(): boolean {
    return this.globalsInScope !== undefined;
  }
  /** Whether the code has become long. */
  get full(): boolean {
    return this.body.code.length >= this.settings.room;
  }
  /** True now and then: this place may trap. */
  risky(): boolean {
    return this.random.chance(this.settings.risk);
  }

  // --- Choosing ------------------------------------------------------------------------------------------

  /** Leaves a value of this type or a subtype. */
  valueOf(type: Value, depth: number): void {
    if (depth <= 0 || this.full) return this.leaf(type);
    const { constant } = this;
    const production = this.choose(
      this.grammar.values,
      (row) => (!constant || row.constant === true) && row.when(this, type),
    );
    if (production === undefined) this.leaf(type);
    else production.emit(this, type, depth - 1);
  }
  statement(depth: number): void {
    if (this.full) return;
    this.choose(this.grammar.statements, (row) => row.when(this))?.emit(this, depth - 1);
  }
  statements(count: number, depth: number): void {
    if (depth <= 0) return;
    for (let i = 0; i < count; i++) this.statement(depth);
  }
  /** A row by weight among those that are possible; undefined when none is. */
  choose<P extends { readonly weight: number }>(table: readonly P[], possible: (row: P) => boolean): P | undefined {
    const rows: P[] = [];
    let total = 0;
    for (const row of table) {
      if (row.weight === 0 || !possible(row)) continue;
      rows.push(row);
      total += row.weight;
    }
    let rest = this.random.int(0, total - 1);
    return rows.find(({ weight }) => (rest -= weight) < 0);
  }

  // --- Leaves --------------------------------------------------------------------------------------------

  /** A variable of the type as often as not, or else the smallest value. */
  leaf(type: Value): void {
    const { variables } = this.body;
    if (variables.length > 0 && this.random.chance(0.6)) {
      const { types } = this.module;
      const fitting = variables.filter((variable) => types.matches(variable.type, type));
      if (fitting.length > 0) return this.body.emit('local.get', { local: this.random.pick(fitting).local });
    }
    this.smallest(type);
  }

  /** The smallest value of a type, allocated only where it must be. Not of a type without values: that traps. */
  smallest(type: Value): void {
    const { body, random } = this;
    switch (type) {
      case ValType.i32:
        return body.i32(this.#smallInteger());
      case ValType.i64:
        return body.emit('i64.const', { value: BigInt(this.#smallInteger()) });
      case ValType.f32:
        return body.emit('f32.const', { bits: random.pick(F32_BITS) });
      case ValType.f64:
        return body.emit('f64.const', { bits: random.pick(F64_BITS) });
      case ValType.v128:
        return body.emit('v128.const', { bits: (BigInt(random.int(0, 99)) << 96n) | BigInt(random.int(0, 99)) });
      default:
        return isNullable(type) ? this.#smallestOrNull(heapTypeOf(type)) : this.#smallestReference(heapTypeOf(type));
    }
  }
  #smallInteger(): number {
    return this.random.int(-9, 99);
  }
  #smallestOrNull(heapType: Heap): void {
    const { any, eq, i31 } = HeapType;
    if ((heapType === any || heapType === eq || heapType === i31) && this.random.chance(0.6)) return this.i31();
    const bottoms = this.settings.bottomTypes ?? true;
    this.body.emit('ref.null', { heapType: !bottoms || this.random.chance(0.5) ? heapType : this.module.types.bottom(heapType) });
  }
  #smallestReference(heapType: Heap): void {
    const { body, module, random } = this;
    if (isConcrete(heapType)) return this.#smallestOfType(heapType);
    switch (heapType) {
      case HeapType.any:
      case HeapType.eq:
      case HeapType.i31:
        return this.i31();
      case HeapType.struct:
        if (module.types.structs.length > 0) return this.#smallestOfType(random.pick(module.types.structs));
        break;
      case HeapType.array:
        if (module.types.arrays.length > 0) return this.#smallestOfType(random.pick(module.types.arrays));
        break;
      case HeapType.func:
        if (module.functions.length > 0) return body.emit('ref.func', { func: random.int(0, module.functions.length - 1) });
        break;
      case HeapType.extern:
        this.i31();
        return body.emit('extern.convert_any');
    }
    this.#nothing(heapType);
  }
  #smallestOfType(index: number): void {
    const { body, module } = this;
    const { composite } = module.types.at(index);
    switch (composite.kind) {
      case 'struct':
        if (composite.fields.every(({ storage }) => isDefaultable(storage))) return body.emit('struct.new_default', { type: index });
        for (const { storage } of composite.fields) this.smallest(unpacked(storage));
        return body.emit('struct.new', { type: index });
      case 'array':
        return this.smallestArray(index, this.settings.arrayLength);
      case 'func': {
        const fn = module.functions.find(({ typeIndex }) => module.types.isSubtype(typeIndex, index));
        return fn === undefined ? this.#nothing(concrete(index)) : body.emit('ref.func', { func: fn.index });
      }
    }
  }
  /** An array of this length with the same small value in all elements. */
  smallestArray(type: number, length: number): void {
    const { body, module } = this;
    const { storage } = module.types.array(type).element;
    const byDefault = isDefaultable(storage);
    if (!byDefault) this.smallest(unpacked(storage));
    body.i32(length);
    if (byDefault) body.emit('array.new_default', { type });
    else body.emit('array.new', { type });
  }
  i31(): void {
    this.body.i32(this.random.pick([0, 1, -1, MAX_I31, this.#smallInteger()]));
    this.body.emit('ref.i31');
  }
  /** There is no such value at hand: traps. Not for constant expressions. */
  #nothing(heapType: Heap): void {
    this.body.emit('ref.null', { heapType });
    this.body.emit('ref.as_non_null');
  }

  // --- Operands ------------------------------------------------------------------------------------------

  /** An array index, in bounds of nearly all arrays. */
  index(length = this.settings.arrayLength): void {
    this.body.i32(this.risky() ? this.random.pick([length, -1, length + 1000]) : this.random.int(0, Math.max(0, length - 1)));
  }

  /**
   * Makes something else of a value that need not be of the wanted type: when it is not, a small value takes its place.
   * @param read leaves the value, of type `from`
   */
  coerced(from: Value, to: Value, read: () => void): void {
    const { body, module } = this;
    const { types } = module;
    if (types.matches(from, to)) return read();
    const onlyNull = types.matches(nonNull(from), to);
    const base = types.matches(to, from) ? from : refType(types.top(heapTypeOf(from)), true);
    if (this.risky()) {
      read();
      return onlyNull ? body.emit('ref.as_non_null') : this.cast(to);
    }
    body.block({ params: [], results: [to] }, () => {
      read();
      if (onlyNull) {
        body.emit('br_on_non_null', { label: 0 });
      } else {
        body.emit('br_on_cast', { label: 0, from: base, to });
        body.emit('drop');
      }
      this.leaf(to);
    });
  }
  /** Casts the reference on top. */
  cast(to: Value): void {
    const heapType = heapTypeOf(to);
    if (isNullable(to)) this.body.emit('ref.cast null', { heapType });
    else this.body.emit('ref.cast', { heapType });
  }

  call({ index }: FunctionEntry): void {
    this.body.emit('call', { func: index });
  }
}

/** A constant expression for a value of this type. @param globalsInScope how many globals it may name */
export function constantOf(
  module: ModuleBuilder,
  random: Random,
  grammar: Grammar,
  settings: Settings,
  type: Value,
  depth: number,
  globalsInScope = module.globals.length,
): Expr {
  const body = new Body(module.types);
  new Emitter(module, random, grammar, settings, body, globalsInScope).valueOf(type, depth);
  return body.code;
}

