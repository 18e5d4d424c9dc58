/** Values to put where one is missing: objects rather than null, and constant expressions all of them. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { HeapType as Heap, SubType, ValType } from '#wasm/syntax/types.ts';
import { HeapType, ValType as V, concrete, heapTypeOf, isConcrete, isDefaultable, isNullable, isRefType, refType, unpacked } from '#wasm/syntax/types.ts';
import type { ModuleContext } from '#wasm/valid/module-context.ts';
import { ANY_REF } from './repair-state.ts';

const ZERO: Instruction = { op: Op['i32.const'], value: 0 };
const NULL: Instruction = { op: Op['ref.null'], heapType: HeapType.none };
const I31: Expr = [ZERO, { op: Op['ref.i31'] }];
const NUMBERS: ReadonlyMap<ValType, Expr> = new Map<ValType, Expr>([
  [V.i32, [ZERO]],
  [V.i64, [{ op: Op['i64.const'], value: 0n }]],
  [V.f32, [{ op: Op['f32.const'], bits: 0 }]],
  [V.f64, [{ op: Op['f64.const'], bits: 0n }]],
  [V.v128, [{ op: Op['v128.const'], bits: 0n }]],
]);
/** So that there is something to get and set. */
const ARRAY_LENGTH = 4;
/** Structures within structures; deeper ones are taken for impossible to make. */
const MAX_DEPTH = 3;

export class DefaultValues {
  readonly #context: ModuleContext;
  /** Functions that may be referred to. */
  readonly #functions: readonly number[];
  /** First type index by canonical id. */
  readonly #indices = new Map<number, number>();
  readonly #known = new Map<ValType, Expr | undefined>();

  constructor(context: ModuleContext, functions: readonly number[]) {
    this.#context = context;
    this.#functions = functions;
    context.typeIds.forEach((id, index) => {
      if (!this.#indices.has(id)) this.#indices.set(id, index);
    });
  }

  /** A heap type as the module writes it. @param heapType canonical */
  moduleHeapType(heapType: Heap): Heap {
    return isConcrete(heapType) ? concrete(this.#indices.get(heapType)!) : heapType;
  }
  /** @param type canonical */
  moduleType(type: ValType): ValType {
    return isRefType(type) ? refType(this.moduleHeapType(heapTypeOf(type)), isNullable(type)) : type;
  }

  /** Instructions that leave a value of the type, or undefined if there is no simple one. @param type canonical */
  of(type: ValType): Expr | undefined {
    if (this.#known.has(type)) return this.#known.get(type);
    const made = this.#make(type, 0);
    this.#known.set(type, made);
    return made;
  }

  #make(type: ValType, depth: number): Expr | undefined {
    if (type === ANY_REF) return [NULL];
    if (!isRefType(type)) return NUMBERS.get(type);
    const heapType = heapTypeOf(type);
    const none: Expr | undefined = isNullable(type) ? [{ op: Op['ref.null'], heapType: this.#context.registry.bottom(heapType) }] : undefined;
    // Most instructions trap on null; but null will do within an object, where it keeps the expression short.
    if (none !== undefined && depth > 0) return none;
    return (isConcrete(heapType) ? this.#instance(heapType, depth) : this.#abstract(heapType, depth)) ?? none;
  }

  #abstract(heapType: Heap, depth: number): Expr | undefined {
    switch (heapType) {
      case HeapType.any:
      case HeapType.eq:
      case HeapType.i31:
        return I31;
      case HeapType.extern:
        return [...I31, { op: Op['extern.convert_any'] }];
      case HeapType.struct:
      case HeapType.array:
        return this.#firstOf(heapType, depth);
      case HeapType.func:
        return this.#functions.length === 0 ? undefined : [{ op: Op['ref.func'], func: this.#functions[0]! }];
      default:
        return undefined;
    }
  }
  #firstOf(heapType: Heap, depth: number): Expr | undefined {
    for (const id of this.#indices.keys()) {
      if (!this.#context.registry.matchesHeapType(concrete(id), heapType)) continue;
      const made = this.#instance(id, depth);
      if (made !== undefined) return made;
    }
    return undefined;
  }

  #instance(id: number, depth: number): Expr | undefined {
    const { registry, functionTypeIds } = this.#context;
    const type = this.#indices.get(id)!;
    const composite: SubType['composite'] = registry.composite(id);
    switch (composite.kind) {
      case 'func': {
        const func = this.#functions.find((index) => registry.isSubtype(functionTypeIds[index]!, id));
        return func === undefined ? undefined : [{ op: Op['ref.func'], func }];
      }
      case 'array':
        if (!isDefaultable(composite.element.storage)) return [{ op: Op['array.new_fixed'], type, length: 0 }];
        return [{ op: Op['i32.const'], value: ARRAY_LENGTH }, { op: Op['array.new_default'], type }];
      case 'struct': {
        if (composite.fields.every(({ storage }) => isDefaultable(storage))) return [{ op: Op['struct.new_default'], type }];
        if (depth >= MAX_DEPTH) return undefined;
        const fields = composite.fields.map(({ storage }) => this.#make(unpacked(storage), depth + 1));
        if (!fields.every((field) => field !== undefined)) return undefined;
        return [...fields.flat(), { op: Op['struct.new'], type }];
      }
    }
  }
}
