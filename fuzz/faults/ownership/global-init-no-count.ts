import type { GlobalInstance } from '#runtime/cells.ts';
import type { Fault } from '../fault.ts';

export const globalInitNoCount: Fault = {
  slug: 'global-init-no-count',
  title: 'The first value of a global is not counted.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/9389'],
  class: 'constant expressions',
  twinBlind: false,
  guilty: ['global initialiser'],
  caughtBy: ['audit', 'assertion', 'poison', 'differential'],
  story: [
    'The initialiser of a global was evaluated, and its value written into the global as bits. Only the stack-root',
    'list owned what the initialiser had made.',
    '',
    'The first collection takes it off the list and frees it, for no stack holds it. The global goes on to refer to',
    'free memory, or to whatever takes its place.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Instantiator: class extends parts.Instantiator {
      protected override initGlobal(global: GlobalInstance, at: number): void {
        if (global.slot === 'ref') global.cells[0] = this.store.stack.i32[at]!;
        else super.initGlobal(global, at);
      }
    },
  }),
};
