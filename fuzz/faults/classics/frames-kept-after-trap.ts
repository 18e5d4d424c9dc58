import type { Fault } from '../fault.ts';

export const framesKeptAfterTrap: Fault = {
  slug: 'frames-kept-after-trap',
  title: 'A trap leaves its frames behind.',
  references: [],
  class: 'leak',
  twinBlind: false,
  guilty: [],
  caughtBy: ['heapIntegrity', 'leakCheck', 'audit', 'assertion', 'stackScan', 'hostLifetimes', 'budget'],
  story: [
    'Frames are taken down where a function returns. A trap leaves them by an exception of the host language, which passes by',
    'that place, so they stay on the stack: each collection looks into them and keeps alive what their locals hold.',
    '',
    'Calls from a host function to Wasm hide it, because the host function has its own place on the stack to go back to. A call from',
    'outside has none: the next one runs above the remains of the last. Nothing is wrong until everything is taken down and',
    'something is still on a stack.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    HostBoundary: class extends parts.HostBoundary {
      override unwind(sp: number, depth: number): void {
        const { stack } = this.store;
        if (stack.depth <= depth) super.unwind(sp, depth);
        // The innermost frame has stopped at no safe point: of its operands no map tells.
        else stack.pcs[stack.depth] = stack.functions[stack.depth]!.code.entry;
      }
    },
  }),
};
