import { PARTS } from '#runtime/parts.ts';
import { INITIALISING, TESTING, WRITING } from '../operations.ts';
import { FILTER, withFilter } from './filtering-heap.ts';
import type { Fault } from '../fault.ts';

export const i31NullMaskFolded: Fault = {
  slug: 'i31-null-mask-folded',
  title: 'One test for null and i31 knows only the i31 of value 0.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/10171',
    'https://github.com/bytecodealliance/wasmtime/pull/10221',
  ],
  class: 'barrier',
  twinBlind: 'partly',
  guilty: [...INITIALISING, ...WRITING, ...TESTING],
  caughtBy: ['assertion', 'audit', 'heapIntegrity', 'poison', 'crash', 'differential', 'v8', 'leakCheck'],
  story: [
    'Neither null nor an i31 has a header, so barriers and casts leave both alone. To ask only once, the lowest bit',
    'was cleared and the rest compared with zero. That is true of null, and of the i31 of value 0.',
    '',
    'Any other i31 is taken for an object. A barrier counts at an odd address, where it fails an assertion, or',
    'changes a word of something else. A cast looks for a type there. Barriers are of one collector only, but casts',
    'are of both.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ...(parts.Heap === PARTS.null.Heap ? {} : withFilter(parts, { ...FILTER, counts: (ref) => (ref & ~1) !== 0 })),
    ReferenceOperations: class extends parts.ReferenceOperations {
      protected override isI31(ref: number): boolean {
        return (ref & ~1) === 0;
      }
    },
  }),
};
