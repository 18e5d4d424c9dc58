import type { ArrayLayout } from '#runtime/heap/layout.ts';
import type { Fault } from '../fault.ts';

export const arrayFillWrongExtent: Fault = {
  slug: 'array-fill-wrong-extent',
  title: 'array.fill fills as many elements as its first index says.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/10467',
    'https://github.com/bytecodealliance/wasmtime/pull/10470',
  ],
  class: 'layout',
  twinBlind: true,
  guilty: ['array.fill'],
  caughtBy: ['v8', 'differential', 'heapIntegrity', 'audit', 'assertion', 'poison', 'crash', 'stackScan', 'leakCheck'],
  story: [
    'The end of the range was found by adding the size of the first index instead of that of the length. A fill that starts at 0 does nothing,',
    'others do too little or too much; a range that starts in the second half of the array goes beyond its end.',
    '',
    'Within the array it is a wrong result that both twins agree on. Beyond, it is a neighbour that is overwritten.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ObjectOperations: class extends parts.ObjectOperations {
      protected override fillElements(layout: ArrayLayout, elements: number, offset: number, value: number, _length: number): void {
        super.fillElements(layout, elements, offset, value, offset);
      }
    },
  }),
};
