import type { Fault } from '../fault.ts';

export const nullI31ReadDoesNotTrap: Fault = {
  slug: 'null-i31-read-does-not-trap',
  title: 'The number of a null i31 is 0.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/9165'],
  class: 'type',
  twinBlind: true,
  guilty: ['i31.get_s', 'i31.get_u'],
  caughtBy: ['v8'],
  story: [
    'i31.get shifts the word, and did so without looking whether it is null. Null is a word of zeros, so the result',
    'was 0 and there was no trap.',
    '',
    'The instruction is the same for both twins. Only what the specification says, or another engine, tells that it',
    'is wrong.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ReferenceOperations: class extends parts.ReferenceOperations {
      override numberOfNull(): number {
        return 0;
      }
    },
  }),
};
