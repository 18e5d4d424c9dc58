import type { Fault } from '../fault.ts';

export const constEvalStackUnrooted: Fault = {
  slug: 'const-eval-stack-unrooted',
  title: 'Collections do not see what constant expressions have on their stack.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/11416'],
  class: 'constant expressions',
  twinBlind: false,
  guilty: ['constant expression'],
  caughtBy: ['stackScan', 'assertion', 'audit', 'poison', 'differential'],
  story: [
    'The evaluator of constant expressions kept intermediate values as plain words of its own and relied on there',
    'being no collection meanwhile. Allocation may collect, and constant expressions allocate.',
    '',
    'An expression that makes two objects loses the first if making the second collects: the heap is full, or',
    'collects at each allocation. It becomes a field of something although it is free.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    StackWalker: class extends parts.StackWalker {
      protected override visitFrame(depth: number, visit: (ref: number) => void): void {
        const { role } = this.store.stack.functions[depth]!.code;
        if (role.kind === 'function') super.visitFrame(depth, visit);
      }
    },
  }),
};
