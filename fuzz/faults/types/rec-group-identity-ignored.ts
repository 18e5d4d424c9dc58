import { isDeepStrictEqual } from 'node:util';
import type { TypeRegistry } from '#wasm/valid/type-registry.ts';
import { TESTING } from '../operations.ts';
import type { Fault } from '../fault.ts';

function looksLike(a: number, b: number, registry: TypeRegistry): boolean {
  return a === b || isDeepStrictEqual(registry.subType(a), registry.subType(b));
}

export const recGroupIdentityIgnored: Fault = {
  slug: 'rec-group-identity-ignored',
  title: 'Types with the same body are the same type.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/9714',
    'https://github.com/bytecodealliance/wasmtime/pull/10223',
    'https://github.com/bytecodealliance/wasmtime/issues/9374',
  ],
  class: 'type',
  twinBlind: true,
  guilty: [...TESTING, 'call_indirect', 'return_call_indirect'],
  caughtBy: ['v8', 'crash', 'assertion'],
  story: [
    'A type is its body and its place in its recursion group. Registered types were compared by body alone. Upstream',
    'it was an assertion that failed on correct programs, and an empty group led a loop astray; planted is the quiet',
    'form, in which casts believe it.',
    '',
    'An object of one type passes for one of the other. That is wrong but does no harm to the heap, since the two are',
    'laid out alike. Both twins cast alike.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ReferenceOperations: class extends parts.ReferenceOperations {
      override isSubtype(sub: number, sup: number): boolean {
        const { registry } = this.store;
        for (let type = sub; type >= 0; type = registry.supertype(type)) if (looksLike(type, sup, registry)) return true;
        return false;
      }
    },
  }),
};
