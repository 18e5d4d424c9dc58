/**
 * The types of a self-copy module: an array type, what its elements may be, and a narrower array type to copy from.
 *
 * There are fourteen shapes, and each is built once in a process, because binaryen never forgets a type.
 */
import binaryen from 'binaryen';
import { ABSTRACT, refTo } from '../binaryen-module.ts';
import type { Random } from '../random.ts';

/** What the elements of the array are references to; `self` is the array type itself. */
export type ElementKind = 'any' | 'eq' | 'i31' | 'struct' | 'array' | 'node' | 'self';
const ELEMENT_KINDS: readonly ElementKind[] = ['any', 'eq', 'i31', 'struct', 'array', 'node', 'self'];

export interface Shape {
  readonly kind: ElementKind;
  /** Whether elements of the array may be null. */
  readonly nullable: boolean;
  /** Type of the array's elements. */
  readonly element: binaryen.Type;
  /** Type of the elements of the array to copy from, a subtype of `element`. */
  readonly sourceElement: binaryen.Type;
  readonly sourceKind: ElementKind;
  /** `(struct (mut i32) (mut eqref))`, open. */
  readonly node: binaryen.HeapType;
  /** A subtype of `node` with one more field, `(mut anyref)`. */
  readonly subNode: binaryen.HeapType;
  /** `(array (mut element))` */
  readonly array: binaryen.HeapType;
  /** `(array (mut sourceElement))` */
  readonly source: binaryen.HeapType;
  /** `(struct (mut (ref null array)) (mut eqref))` */
  readonly holder: binaryen.HeapType;
}

/** Fields of the structures, by name. */
export const NODE = { value: 0, next: 1, extra: 2 } as const;
export const HOLDER = { array: 0, other: 1 } as const;

/** Places of the types in their recursion group. */
const INDEX = { node: 0, subNode: 1, array: 2, source: 3, holder: 4 } as const;
const TYPES = Object.keys(INDEX).length;

/** What a narrower array holds, by what the wider one holds. */
const SOURCE_KINDS: Readonly<Record<ElementKind, ElementKind>> = {
  any: 'i31',
  eq: 'node',
  i31: 'i31',
  struct: 'node',
  array: 'self',
  node: 'node',
  self: 'self',
};

function field(type: binaryen.Type): binaryen.TypeBuilderField {
  return { type, packedType: binaryen.notPacked, mutable: true };
}

function buildShape(kind: ElementKind, nullable: boolean): Shape {
  const builder = new binaryen.TypeBuilder(TYPES);
  const elementOf = (of: ElementKind, orNull: boolean): binaryen.Type => {
    if (of === 'node') return builder.getTempRefType(builder.getTempHeapType(INDEX.node), orNull);
    if (of === 'self') return builder.getTempRefType(builder.getTempHeapType(INDEX.array), orNull);
    return refTo(ABSTRACT[of], orNull);
  };
  const nodeFields = [field(binaryen.i32), field(binaryen.eqref)];
  const sourceKind = SOURCE_KINDS[kind];
  builder.setStructType(INDEX.node, nodeFields);
  builder.setOpen(INDEX.node);
  builder.setStructType(INDEX.subNode, [...nodeFields, field(binaryen.anyref)]);
  builder.setSubType(INDEX.subNode, builder.getTempHeapType(INDEX.node));
  builder.setArrayType(INDEX.array, elementOf(kind, nullable), binaryen.notPacked, true);
  builder.setArrayType(INDEX.source, elementOf(sourceKind, false), binaryen.notPacked, true);
  builder.setStructType(INDEX.holder, [
    field(builder.getTempRefType(builder.getTempHeapType(INDEX.array), true)),
    field(binaryen.eqref),
  ]);
  builder.createRecGroup(0, TYPES);
  const [node, subNode, array, source, holder] = builder.buildAndDispose() as [number, number, number, number, number];
  const built = (of: ElementKind, orNull: boolean): binaryen.Type => {
    if (of === 'node') return refTo(node, orNull);
    return refTo(of === 'self' ? array : ABSTRACT[of], orNull);
  };
  return {
    kind,
    nullable,
    element: built(kind, nullable),
    sourceElement: built(sourceKind, false),
    sourceKind,
    node,
    subNode,
    array,
    source,
    holder,
  };
}

const built = new Map<string, Shape>();

/** One of the fourteen. */
export function drawShape(random: Random): Shape {
  const kind = random.pick(ELEMENT_KINDS);
  const nullable = random.chance(0.6);
  const key = `${kind} ${nullable}`;
  let shape = built.get(key);
  if (shape === undefined) {
    shape = buildShape(kind, nullable);
    built.set(key, shape);
  }
  return shape;
}
