/**
 * Matching of composite and external types (spec: Validation / Matching). All types are canonical, so types
 * that may not vary are compared with `===`.
 */
import type { ExternType } from '../syntax/module.ts';
import type {
  CompositeType,
  FieldType,
  FuncType,
  GlobalType,
  Limits,
  StorageType,
  StructType,
  TableType,
  ValType,
} from '../syntax/types.ts';
import { isPacked } from '../syntax/types.ts';
import type { TypeRegistry } from './type-registry.ts';

/** Spec: Matching / Result Types. */
export function matchesResult(registry: TypeRegistry, a: readonly ValType[], b: readonly ValType[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!registry.matches(a[i]!, b[i]!)) return false;
  return true;
}
/** Spec: Matching / Storage Types. */
export function matchesStorage(registry: TypeRegistry, a: StorageType, b: StorageType): boolean {
  if (a === b) return true;
  return !isPacked(a) && !isPacked(b) && registry.matches(a, b);
}
/** Spec: Matching / Field Types: mutable fields are invariant. */
export function matchesField(registry: TypeRegistry, a: FieldType, b: FieldType): boolean {
  if (a.mutable !== b.mutable) return false;
  return a.mutable ? a.storage === b.storage : matchesStorage(registry, a.storage, b.storage);
}
function matchesStruct(registry: TypeRegistry, a: StructType, b: StructType): boolean {
  if (a.fields.length < b.fields.length) return false;
  return b.fields.every((field, i) => matchesField(registry, a.fields[i]!, field));
}
/** Spec: Matching / Function Types. */
export function matchesFunc(registry: TypeRegistry, a: FuncType, b: FuncType): boolean {
  return matchesResult(registry, b.params, a.params) && matchesResult(registry, a.results, b.results);
}
/** Spec: Matching / Composite Types. */
export function matchesComposite(registry: TypeRegistry, a: CompositeType, b: CompositeType): boolean {
  switch (a.kind) {
    case 'func':
      return b.kind === 'func' && matchesFunc(registry, a, b);
    case 'struct':
      return b.kind === 'struct' && matchesStruct(registry, a, b);
    case 'array':
      return b.kind === 'array' && matchesField(registry, a.element, b.element);
  }
}

/** Spec: Matching / Limits. Of a table or memory at run time, `a.min` is its present size. */
export function matchesLimits(a: Limits, b: Limits): boolean {
  if (a.min < b.min) return false;
  return b.max === undefined || (a.max !== undefined && a.max <= b.max);
}
/** Spec: Matching / Table Types. */
export function matchesTable(a: TableType, b: TableType): boolean {
  return a.element === b.element && matchesLimits(a.limits, b.limits);
}
/** Spec: Matching / Global Types: mutable globals are invariant. */
export function matchesGlobal(registry: TypeRegistry, a: GlobalType, b: GlobalType): boolean {
  if (a.mutable !== b.mutable) return false;
  return a.mutable ? a.type === b.type : registry.matches(a.type, b.type);
}

/**
 * Whether something of type `a` can stand for an import of type `b` (spec: Matching / External Types).
 * The `typeIndex` of functions and tags holds a canonical id in both.
 */
export function matchesExtern(registry: TypeRegistry, a: ExternType, b: ExternType): boolean {
  switch (a.kind) {
    case 'func':
      return b.kind === 'func' && registry.isSubtype(a.typeIndex, b.typeIndex);
    case 'table':
      return b.kind === 'table' && matchesTable(a, b);
    case 'memory':
      return b.kind === 'memory' && matchesLimits(a.limits, b.limits);
    case 'global':
      return b.kind === 'global' && matchesGlobal(registry, a, b);
    case 'tag':
      return b.kind === 'tag' && a.typeIndex === b.typeIndex;
  }
}
