import type { SlotKind } from '#runtime/heap/layout.ts';
import type { Fault } from '../fault.ts';

export const funcrefFieldInConstExpr: Fault = {
  slug: 'funcref-field-in-const-expr',
  title: 'Constant expressions cannot put functions into objects.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/9454'],
  class: 'constant expressions',
  twinBlind: true,
  guilty: ['struct.new', 'array.new_fixed', 'constant expression'],
  caughtBy: ['crash'],
  story: [
    'Code that was compiled could put functions into structs. Constant expressions were not compiled: they went by',
    'the accessors that the host has for fields, in which functions were left for later.',
    '',
    'Instantiating a module whose initialiser makes such an object is an internal error. The same instructions in a',
    'function work. Both twins go by the same accessors.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ObjectOperations: class extends parts.ObjectOperations {
      override initSlot(kind: SlotKind, address: number, from: number): void {
        const { functions, depth } = this.store.stack;
        if (kind === 'func' && functions[depth]!.code.role.kind !== 'function') throw new TypeError('fields of functions cannot be written yet');
        super.initSlot(kind, address, from);
      }
    },
  }),
};
