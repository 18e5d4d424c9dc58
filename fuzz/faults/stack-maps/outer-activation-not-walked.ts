import type { Store } from '#runtime/store.ts';
import type { Fault } from '../fault.ts';
import { COLLECTING } from '../operations.ts';
import { SEE_LOST_ROOTS } from './omissions.ts';

export const outerActivationNotWalked: Fault = {
  slug: 'outer-activation-not-walked',
  title: 'Only the frames above the latest call from the host are walked.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/13676',
    'https://github.com/bytecodealliance/wasmtime/pull/13693',
    'https://github.com/bytecodealliance/wasmtime/issues/14239',
  ],
  class: 'stack maps',
  twinBlind: false,
  guilty: COLLECTING,
  caughtBy: SEE_LOST_ROOTS,
  story: [
    'A collection looked at the stack that was running. Others that were waiting, of fibers or continuations, hold references as well.',
    '',
    'There is one stack here, but it is as if there were several when Wasm calls the host and the host calls Wasm: what the inner part',
    'collects, the outer one may still need. Constant expressions are a part of their own, too.',
  ].join('\n'),
  plant: (parts) => {
    const bases = new WeakMap<Store, number[]>();
    const basesOf = (store: Store): number[] => {
      let known = bases.get(store);
      if (known === undefined) bases.set(store, (known = []));
      return known;
    };
    return {
      ...parts,
      execute: (store, base) => {
        basesOf(store).push(base);
        try {
          parts.execute(store, base);
        } finally {
          basesOf(store).pop();
        }
      },
      StackWalker: class extends parts.StackWalker {
        protected override outermost(): number {
          return basesOf(this.store).at(-1) ?? super.outermost();
        }
      },
    };
  },
};
