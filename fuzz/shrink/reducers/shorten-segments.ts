/** Leaves out items of element segments and bytes of data segments, and makes what is left of the bytes zero. */
import type { Module } from '#wasm/syntax/module.ts';
import { dropChunks } from '../chunks.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule } from '../sites.ts';

/** Of a data segment nothing shorter than this share is dropped: single bytes would take long and tell little. */
const DATA_GRAIN = 1 / 16;

/** As long as only large pieces are dropped, shorter segments are left alone. */
const LONG = 1000;

function replaced<T>(list: readonly T[], position: number, change: (item: T) => T): readonly T[] {
  return list.map((item, i) => (i === position ? change(item) : item));
}

export const shortenSegments: Reducer = {
  name: 'shorten-segments',
  reduce: (gate, grain) =>
    forEachModule(gate, (current, attempt) => {
      const change = (changed: Partial<Module>): boolean => attempt({ ...current(), ...changed });
      const shortest = grain > 0 ? LONG : 1;
      current().elements.forEach(({ items }, i) => {
        if (items.length < shortest) return;
        dropChunks(items, (kept) => change({ elements: replaced(current().elements, i, (segment) => ({ ...segment, items: kept })) }), grain);
      });
      current().datas.forEach(({ bytes }, i) => {
        if (bytes.length < shortest) return;
        const positions = [...bytes.keys()];
        const shorter = (kept: readonly number[]) => Uint8Array.from(kept, (at) => bytes[at]!);
        const changeBytes = (other: Uint8Array): boolean =>
          change({ datas: replaced(current().datas, i, (segment) => ({ ...segment, bytes: other })) });
        const left = dropChunks(positions, (kept) => changeBytes(shorter(kept)), Math.max(grain, DATA_GRAIN));
        changeBytes(new Uint8Array(left.length));
      });
    }),
};
