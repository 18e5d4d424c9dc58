/**
 * Leaves out the start function, and element and data segments with what only they mention. A segment that is copied to its table or memory when the
 * module is instantiated becomes one that is not, if instructions name it.
 */
import type { Module } from '#wasm/syntax/module.ts';
import { dropChunks } from '../chunks.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule } from '../sites.ts';
import type { Definition } from './drop-unused.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

function segmentsOf({ elements, datas }: Module): readonly Definition[] {
  return [
    ...elements.map((_, index): Definition => ['elem', index]),
    ...datas.map((_, index): Definition => ['data', index]),
  ];
}

function withoutSegments(module: Module, kept: readonly Definition[]): Module {
  const keptOf = (space: Definition[0]): ReadonlySet<number> => new Set(kept.flatMap(([other, index]) => (other === space ? [index] : [])));
  const [elements, datas] = [keptOf('elem'), keptOf('data')];
  const passive: Module = {
    ...module,
    elements: module.elements.map((segment, i) => (elements.has(i) ? segment : { ...segment, mode: { kind: 'passive' } })),
    datas: module.datas.map((segment, i) => (datas.has(i) ? segment : { ...segment, mode: { kind: 'passive' } })),
  };
  const others = definitionsOf(module).filter(([space]) => space !== 'elem' && space !== 'data');
  return withoutUnused(passive, [...others, ...kept]);
}

export const dropSegments: Reducer = {
  name: 'drop-segments',
  reduce: (gate, grain) =>
    forEachModule(gate, (current, attempt) => {
      if (current().start !== undefined) attempt(() => ({ ...current(), start: undefined }));
      const module = current();
      dropChunks(segmentsOf(module), (kept) => attempt(() => withoutSegments(module, kept)), grain);
    }),
};
