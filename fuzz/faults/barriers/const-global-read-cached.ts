import type { GlobalInstance } from '#runtime/cells.ts';
import type { DrcHeap } from '#runtime/collectors/drc.ts';
import type { Parts } from '#runtime/parts.ts';
import type { Fault } from '../fault.ts';


function heapOf(parts: Parts) {
  return class extends (parts.Heap as typeof DrcHeap) {
    /** Cells of globals that nobody can set. */
    readonly immutable = new Set<Int32Array>();
    /** Those of them that have been read. */
    readonly read = new Set<Int32Array>();

    override globalReadBarrier(cells: Int32Array, ref: number): boolean {
      if (this.read.has(cells)) return false;
      if (this.immutable.has(cells)) this.read.add(cells);
      return super.globalReadBarrier(cells, ref);
    }
  };
}

export const constGlobalReadCached: Fault = {
  slug: 'const-global-read-cached',
  title: 'An immutable global is read once, and its reference used again.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/13279',
    'https://github.com/bytecodealliance/wasmtime/pull/13381',
  ],
  class: 'barrier',
  twinBlind: false,
  guilty: ['global.get'],
  caughtBy: ['stackScan', 'assertion'],
  story: [
    'Loads of immutable globals may be merged, because a global that nobody can set always holds the same. So it',
    'does, but not for the collector: a moving one has changed the reference, and a counting one has taken the object',
    'off the stack-root list. Planted is the second: reads after the first skip their barrier.',
    '',
    'The global owns the object, so that nothing is freed too early and no result is wrong. The next collection finds',
    'an object on a stack that is not in the list.',
  ].join('\n'),
  plant: (parts) => {
    const Heap = heapOf(parts);
    return {
      ...parts,
      Heap,
      Instantiator: class extends parts.Instantiator {
        protected override initGlobal(global: GlobalInstance, at: number): void {
          super.initGlobal(global, at);
          if (!global.type.mutable) (this.store.heap as InstanceType<typeof Heap>).immutable.add(global.cells);
        }
      },
    };
  },
};
