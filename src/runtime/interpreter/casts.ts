/** Type tests on references (spec: Execution / Instructions / ref.test; matching of heap types). */
import { HeapType } from '#wasm/syntax/types.ts';
import { ObjectKind } from '../heap/gc-heap.ts';
import type { Store } from '../store.ts';

/** Test flags: the target admits null; the target is in the function hierarchy. */
export const ADMITS_NULL = 1;
export const FUNCTION_HIERARCHY = 2;

/**
 * Whether a reference belongs to `(ref null? heapType)`. Validation has settled that both are in the same
 * hierarchy.
 * @param heapType abstract, or a canonical type id
 */
export function refMatches(store: Store, ref: number, heapType: number, flags: number): boolean {
  if (ref === 0) return (flags & ADMITS_NULL) !== 0;
  if (heapType >= 0) {
    if ((flags & FUNCTION_HIERARCHY) !== 0) return isSubtype(store, store.functions[ref]!.typeId, heapType);
    if ((ref & 1) === 1) return false;
    const typeId = store.heap.typeIdOf(ref);
    return typeId === heapType || (typeId >= 0 && isSubtype(store, typeId, heapType));
  }
  switch (heapType) {
    case HeapType.any:
    case HeapType.extern:
    case HeapType.func:
    case HeapType.exn:
      return true;
    case HeapType.i31:
      return (ref & 1) === 1;
    case HeapType.eq:
      return (ref & 1) === 1 || hasKind(store, ref, ObjectKind.eq);
    case HeapType.struct:
      return (ref & 1) === 0 && hasKind(store, ref, ObjectKind.struct);
    case HeapType.array:
      return (ref & 1) === 0 && hasKind(store, ref, ObjectKind.array);
    default:
      return false;
  }
}

function isSubtype(store: Store, sub: number, sup: number): boolean {
  return sub === sup || store.registry.isSubtype(sub, sup);
}
function hasKind(store: Store, ref: number, kind: number): boolean {
  return (store.heap.kindOf(ref) & kind) === kind;
}
