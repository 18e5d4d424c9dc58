/** Values of scripts in a store: the host's value `n` is the object that stands for the number n. */
import { ObjectKind } from '#runtime/heap/gc-heap.ts';
import type { Store } from '#runtime/store.ts';
import type { Value } from '#runtime/value.ts';
import type { Argument } from './literal.ts';
import type { ObjectView, ObserveObject } from './match.ts';

function numberValue({ type, bits }: Extract<Argument, { kind: 'number' }>): Value {
  switch (type) {
    case 'i32':
      return { kind: 'i32', value: Number(BigInt.asIntN(32, bits)) };
    case 'i64':
      return { kind: 'i64', value: BigInt.asIntN(64, bits) };
    case 'f32':
      return { kind: 'f32', bits: Number(bits) };
    case 'f64':
      return { kind: 'f64', bits };
  }
}

/** Host values are rooted in the store's current scope. */
export function argumentValue(store: Store, argument: Argument): Value {
  switch (argument.kind) {
    case 'number':
      return numberValue(argument);
    case 'vector':
      return { kind: 'v128', bits: argument.bits };
    case 'null':
      return argument;
    case 'host':
      return store.boundary.newExternRef(argument.id);
  }
}

const VIEWS: ReadonlyMap<number, ObjectView['kind']> = new Map([
  [ObjectKind.struct, 'struct'],
  [ObjectKind.array, 'array'],
  [ObjectKind.exn, 'exn'],
  [ObjectKind.extern, 'host'],
]);

/** @throws Error when the heap holds an object of no known kind */
export function observerOf(store: Store): ObserveObject {
  return (value) => {
    const kind = VIEWS.get(store.heap.kindOf(store.roots.refOf(value.root)));
    if (kind === undefined) throw new Error('an object is neither struct, array, exception nor host object');
    return { kind, hostId: kind === 'host' ? (store.boundary.hostValueOf(value) as number) : undefined };
  };
}
