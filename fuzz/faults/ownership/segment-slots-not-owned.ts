import type { ValType } from '#wasm/syntax/types.ts';
import type { ElementInstance } from '#runtime/cells.ts';
import type { Fault } from '../fault.ts';

export const segmentSlotsNotOwned: Fault = {
  slug: 'segment-slots-not-owned',
  title: 'Passive segments do not count what they keep.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/13066',
    'https://github.com/bytecodealliance/wasmtime/pull/13179',
  ],
  class: 'constant expressions',
  twinBlind: false,
  guilty: ['passive element segment'],
  caughtBy: ['audit', 'assertion', 'poison', 'differential'],
  story: [
    'The items of a passive segment are evaluated at instantiation and kept until a program asks for them. They were',
    'kept as bits. As long as no collection has come by, the stack-root list still owns them.',
    '',
    'After one they are free, and table.init, array.new_elem and array.init_elem hand out what is no longer there.',
    'Dropping the segment gives back counts that it never had.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Instantiator: class extends parts.Instantiator {
      protected override initElement({ cells }: ElementInstance, index: number, value: number, _type: ValType): void {
        cells[index] = value;
      }
    },
  }),
};
