/**
 * The types of a self-copy module: an array type, what its elements may be, a subtype with the same elements, and a narrower array
 * type to copy from.
 *
 * There are nineteen shapes, and each is built once in a process, because binaryen never forgets a type.
 */
import binaryen from 'binaryen';
import { ABSTRACT, refTo } from '../binaryen-module.ts';
import type { Random, Weighted } from '../random.ts';

/** What the elements of an array are references to; `self` is the array type, `source` the narrower one. */
export type ElementKind = 'any' | 'eq' | 'i31' | 'struct' | 'array' | 'node' | 'self' | 'source';
/** Arrays of i31 hold no objects: their copies show little. */
const ELEMENT_KINDS: Weighted<ElementKind> = [[16, 'any'], [16, 'eq'], [1, 'i31'], [8, 'struct'], [8, 'array'], [8, 'node'], [12, 'self']];

export interface Shape {
  readonly kind: ElementKind;
  /** Whether elements of the array may be null. */
  readonly nullable: boolean;
  /** Type of the array's elements. */
  readonly element: binaryen.Type;
  /** Type of the elements of the array to copy from, a subtype of `element`. */
  readonly sourceElement: binaryen.Type;
  readonly sourceKind: ElementKind;
  readonly sourceNullable: boolean;
  /** `(struct (mut i32) (mut eqref))`, open. */
  readonly node: binaryen.HeapType;
  /** A subtype of `node` with one more field, `(mut anyref)`. */
  readonly subNode: binaryen.HeapType;
  /** `(array (mut element))`, open. */
  readonly array: binaryen.HeapType;
  /** A subtype of `array`, which looks the same. */
  readonly subArray: binaryen.HeapType;
  /** `(array (mut sourceElement))` */
  readonly source: binaryen.HeapType;
  /** `(struct (mut (ref null array)) (mut eqref))` */
  readonly holder: binaryen.HeapType;
}

/** Whether an array of this shape can be an element of itself. */
export function canHoldItself({ kind }: Shape): boolean {
  return kind === 'any' || kind === 'eq' || kind === 'array' || kind === 'self';
}
/** Whether elements can be i31. */
export function canHoldI31({ kind }: Shape): boolean {
  return kind === 'any' || kind === 'eq' || kind === 'i31';
}

/** Fields of the structures, by name. */
export const NODE = { value: 0, next: 1, extra: 2 } as const;
export const HOLDER = { array: 0, other: 1 } as const;

/** Places of the types in their recursion group. */
const INDEX = { node: 0, subNode: 1, array: 2, subArray: 3, source: 4, holder: 5 } as const;
const TYPES = Object.keys(INDEX).length;

/** What a narrower array may hold, by what the wider one holds. Only where null may be can arrays hold nothing but their own kind. */
function sourceKinds(kind: ElementKind, nullable: boolean): readonly ElementKind[] {
  const itself: readonly ElementKind[] = nullable ? ['source'] : [];
  switch (kind) {
    case 'any':
      return ['i31', 'node', ...itself];
    case 'eq':
      return ['node', ...itself];
    case 'struct':
      return ['node'];
    case 'array':
      return ['self', ...itself];
    default:
      return [kind];
  }
}

function field(type: binaryen.Type): binaryen.TypeBuilderField {
  return { type, packedType: binaryen.notPacked, mutable: true };
}

function buildShape(kind: ElementKind, nullable: boolean, sourceKind: ElementKind): Shape {
  const builder = new binaryen.TypeBuilder(TYPES);
  const temporary = (index: number, orNull: boolean): binaryen.Type => builder.getTempRefType(builder.getTempHeapType(index), orNull);
  const elementOf = (of: ElementKind, orNull: boolean): binaryen.Type => {
    if (of === 'node' || of === 'source') return temporary(INDEX[of], orNull);
    return of === 'self' ? temporary(INDEX.array, orNull) : refTo(ABSTRACT[of], orNull);
  };
  const sourceNullable = nullable && sourceKind !== kind;
  const nodeFields = [field(binaryen.i32), field(binaryen.eqref)];
  builder.setStructType(INDEX.node, nodeFields);
  builder.setOpen(INDEX.node);
  builder.setStructType(INDEX.subNode, [...nodeFields, field(binaryen.anyref)]);
  builder.setSubType(INDEX.subNode, builder.getTempHeapType(INDEX.node));
  builder.setArrayType(INDEX.array, elementOf(kind, nullable), binaryen.notPacked, true);
  builder.setOpen(INDEX.array);
  builder.setArrayType(INDEX.subArray, elementOf(kind, nullable), binaryen.notPacked, true);
  builder.setSubType(INDEX.subArray, builder.getTempHeapType(INDEX.array));
  builder.setArrayType(INDEX.source, elementOf(sourceKind, sourceNullable), binaryen.notPacked, true);
  builder.setStructType(INDEX.holder, [field(temporary(INDEX.array, true)), field(binaryen.eqref)]);
  builder.createRecGroup(0, TYPES);
  const [node, subNode, array, subArray, source, holder] = builder.buildAndDispose() as [number, number, number, number, number, number];
  const own = { node, self: array, source };
  const built = (of: ElementKind, orNull: boolean): binaryen.Type =>
    refTo(of === 'node' || of === 'self' || of === 'source' ? own[of] : ABSTRACT[of], orNull);
  return {
    kind,
    nullable,
    element: built(kind, nullable),
    sourceElement: built(sourceKind, sourceNullable),
    sourceKind,
    sourceNullable,
    node,
    subNode,
    array,
    subArray,
    source,
    holder,
  };
}

const built = new Map<string, Shape>();

/** One of the nineteen. */
export function drawShape(random: Random): Shape {
  const kind = random.weighted(ELEMENT_KINDS);
  const nullable = random.chance(0.6);
  const sourceKind = random.pick(sourceKinds(kind, nullable));
  const key = `${kind} ${nullable} ${sourceKind}`;
  let shape = built.get(key);
  if (shape === undefined) {
    shape = buildShape(kind, nullable, sourceKind);
    built.set(key, shape);
  }
  return shape;
}
