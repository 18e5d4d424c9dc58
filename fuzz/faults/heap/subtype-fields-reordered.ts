import type { CompositeType } from '#wasm/syntax/types.ts';
import type { TypeRegistry } from '#wasm/valid/type-registry.ts';
import type { ObjectLayout } from '#runtime/heap/layout.ts';
import { slotBytes, slotKind } from '#runtime/heap/layout.ts';
import type { Fault } from '../fault.ts';

export const subtypeFieldsReordered: Fault = {
  slug: 'subtype-fields-reordered',
  title: 'Each struct type packs its fields as it pleases, its supertype notwithstanding.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/10459',
    'https://github.com/bytecodealliance/wasmtime/pull/10463',
    'https://github.com/bytecodealliance/wasmtime/pull/10401',
  ],
  class: 'layout',
  twinBlind: 'partly',
  guilty: [],
  caughtBy: ['v8', 'differential', 'assertion', 'heapIntegrity', 'audit', 'crash', 'poison', 'stackScan', 'leakCheck', 'scheduleInvariance'],
  story: [
    'To save space, fields were sorted: references first, so that they can be found quickly, then the large ones. A subtype that adds a',
    'reference moves all the numbers that it has from its supertype, and code that knows the supertype reads the wrong ones.',
    '',
    'Where numbers are read for numbers, both twins agree on the wrong value. Where one of them is taken for a reference, a collector that',
    'follows references will say so.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Layouts: class extends parts.Layouts {
      protected override layOut(composite: CompositeType, registry: TypeRegistry): ObjectLayout {
        if (composite.kind !== 'struct') return super.layOut(composite, registry);
        const kinds = composite.fields.map(({ storage }) => slotKind(storage, registry));
        const rank = (index: number): number => (kinds[index] === 'ref' ? -64 : -slotBytes(kinds[index]!));
        const order = [...kinds.keys()].sort((a, b) => rank(a) - rank(b));
        const packed = super.layOut({ ...composite, fields: order.map((index) => composite.fields[index]!) }, registry);
        if (packed.kind !== 'struct') return packed;
        return { ...packed, fields: kinds.map((_, index) => packed.fields[order.indexOf(index)]!) };
      }
    },
  }),
};
