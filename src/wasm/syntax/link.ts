/** Modules in one, each with what others before it export in the place of what it imports from them. */
import { concatenated } from './concatenate.ts';
import type { IndexMap } from './map-indices.ts';
import { mapModule } from './map-indices.ts';
import type { Export, ExternKind, Module } from './module.ts';

export interface NamedModule {
  readonly name: string;
  readonly module: Module;
}

/** An import with its place among those of its kind, and the export that takes its place. */
interface Slot {
  readonly kind: ExternKind;
  readonly index: number;
  readonly source: Export | undefined;
}

/** @param exports of all modules, numbered as `concatenated` does */
function slotsOf(modules: readonly NamedModule[], exports: readonly Export[]): readonly Slot[] {
  const counts = { func: 0, table: 0, memory: 0, global: 0, tag: 0 };
  return modules.flatMap(({ module }, position) =>
    module.imports.map((entry): Slot => {
      const { kind } = entry.type;
      const exporter = modules.findIndex(({ name }, i) => i < position && name === entry.module);
      const source = exports.find((other) => other.kind === kind && other.name === `${entry.name}@${exporter}`);
      return { kind, index: counts[kind]++, source };
    }),
  );
}

/** Where indices of a kind go when the imports that have a source are gone. */
function indexMap(slots: readonly Slot[]): (index: number) => number {
  const removed = slots.filter(({ source }) => source !== undefined).length;
  const left = slots.filter(({ source }) => source === undefined);
  const ranks = new Map(left.map(({ index }, rank) => [index, rank]));
  const map = (index: number): number => {
    const slot = slots[index];
    if (slot === undefined) return index - removed;
    // Sources come from modules before, so that this ends.
    return slot.source === undefined ? ranks.get(index)! : map(slot.source.index);
  };
  return map;
}

/**
 * One module that does what these would do, instantiated one after the other, but for start functions, which it has none of. Who imports from a name
 * that several have gets the first. Types are not compared: linking must be known to succeed.
 * @returns exports are named `name@position`
 */
export function linked(modules: readonly NamedModule[]): Module {
  const all = concatenated(modules.map(({ module }) => module));
  const slots = slotsOf(modules, all.exports);
  const kinds = Object.entries(Object.groupBy(slots, ({ kind }) => kind)) as [ExternKind, Slot[]][];
  const map: IndexMap = Object.fromEntries(kinds.map(([kind, ofKind]) => [kind, indexMap(ofKind)]));
  return mapModule({ ...all, imports: all.imports.filter((_, i) => slots[i]!.source === undefined) }, map);
}
