import { Crash } from '#fuzz/engines/host-env.ts';
import type { Store } from '#runtime/store.ts';
import type { Value } from '#runtime/value.ts';
import { CALLING } from '../operations.ts';
import type { Fault } from '../fault.ts';

function assertHeap({ heap }: Store): void {
  if (heap.capacity === 0) throw new Crash(new TypeError('there is no heap'));
}

export const i31NeedsHeap: Fault = {
  slug: 'i31-needs-heap',
  title: 'An i31 cannot cross the host boundary while there is no heap.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/pull/10704',
    'https://github.com/bytecodealliance/wasmtime/pull/12451',
  ],
  class: 'ownership at host boundary',
  twinBlind: true,
  guilty: [...CALLING, 'setGlobal', 'setTable', 'growTable', 'end', 'entry'],
  caughtBy: ['crash'],
  story: [
    'A heap is made when the first object needs it. The conversions between host values and anyref took the heap in',
    'hand before they looked at the value, which may be an i31 and need none. The slip was mended in one conversion,',
    'and found in another nine months later.',
    '',
    'A program that makes no objects fails with an internal error when an i31 leaves or enters. One object anywhere,',
    'and all is well.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    HostBoundary: class extends parts.HostBoundary {
      override refToHost(ref: number): Value {
        assertHeap(this.store);
        return super.refToHost(ref);
      }
      override writeValue(value: Value, words: Int32Array, at: number): void {
        if (value.kind === 'i31') assertHeap(this.store);
        super.writeValue(value, words, at);
      }
    },
  }),
};
