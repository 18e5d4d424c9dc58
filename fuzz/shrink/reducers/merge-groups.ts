/** Joins two recursion groups that follow each other, where neither can fall apart: what they share is a head. */
import type { Module } from '#wasm/syntax/module.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule } from '../sites.ts';

/** @param at the first of the two groups */
function withJoined(module: Module, at: number): Module {
  const [first, second] = module.recGroups.slice(at, at + 2);
  return { ...module, recGroups: module.recGroups.toSpliced(at, 2, [...first!, ...second!]) };
}

/** A type that stands alone has no head to save. */
function hasHead({ recGroups }: Module, group: number): boolean {
  return recGroups[group]!.length > 1;
}

export const mergeGroups: Reducer = {
  name: 'merge-groups',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      for (let at = current().recGroups.length - 2; at >= 0; at--) {
        if (hasHead(current(), at) && hasHead(current(), at + 1)) attempt(() => withJoined(current(), at));
      }
    }),
};
