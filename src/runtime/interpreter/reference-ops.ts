/** References as such: type tests (spec: Execution / Instructions / ref.test; matching of heap types), and i31. */
import { HeapType } from '#wasm/syntax/types.ts';
import { ObjectKind } from '../heap/gc-heap.ts';
import { Trap } from '../outcome.ts';
import type { Store } from '../store.ts';

/** Test flags: the target admits null; the target is in the function hierarchy. */
export const ADMITS_NULL = 1;
export const FUNCTION_HIERARCHY = 2;

export class ReferenceOperations {
  protected readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /**
   * Whether a reference belongs to `(ref null? heapType)`. Validation has settled that both are in the same
   * hierarchy.
   * @param heapType abstract, or a canonical type id
   */
  matches(ref: number, heapType: number, flags: number): boolean {
    if (ref === 0) return (flags & ADMITS_NULL) !== 0;
    const { store } = this;
    if (heapType >= 0) {
      if ((flags & FUNCTION_HIERARCHY) !== 0) return this.isSubtype(store.functions[ref]!.typeId, heapType);
      if (this.isI31(ref)) return false;
      const typeId = store.heap.typeIdOf(ref);
      return typeId === heapType || (typeId >= 0 && this.isSubtype(typeId, heapType));
    }
    switch (heapType) {
      case HeapType.any:
      case HeapType.extern:
      case HeapType.func:
      case HeapType.exn:
        return true;
      case HeapType.i31:
        return this.isI31(ref);
      case HeapType.eq:
        return this.isI31(ref) || this.#hasKind(ref, ObjectKind.eq);
      case HeapType.struct:
        return !this.isI31(ref) && this.#hasKind(ref, ObjectKind.struct);
      case HeapType.array:
        return !this.isI31(ref) && this.#hasKind(ref, ObjectKind.array);
      default:
        return false;
    }
  }
  #hasKind(ref: number, kind: number): boolean {
    return (this.store.heap.kindOf(ref) & kind) === kind;
  }

  /** @param ref not null */
  protected isI31(ref: number): boolean {
    return (ref & 1) === 1;
  }

  /** Whether a canonical type is another one or below it. */
  isSubtype(sub: number, sup: number): boolean {
    return sub === sup || this.store.registry.isSubtype(sub, sup);
  }

  /** The number of an i31 that is null. @throws Trap, for it has none */
  numberOfNull(): number {
    throw new Trap('nullI31Reference');
  }
}
