/**
 * Leaves out all definitions that nothing reachable from exports, the start function and active segments mentions, and
 * renumbers the rest; failing that, some of them: a global holds objects even if nobody reads it. Types leave their recursion groups, and a group falls apart into as many as it can;
 * or groups stay as they are.
 */
import type { IndexMap, IndexSpace } from '#wasm/syntax/map-indices.ts';
import * as indices from '#wasm/syntax/map-indices.ts';
import type { ExternKind, Import, Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { RecGroup, SubType } from '#wasm/syntax/types.ts';
import { dropChunks } from '../chunks.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule } from '../sites.ts';

type Space = Exclude<IndexSpace, 'local' | 'label'>;
const SPACES: readonly Space[] = ['type', 'func', 'table', 'memory', 'global', 'tag', 'elem', 'data'];

/** One definition by its index. */
export type Definition = readonly [space: Space, index: number];

type Used = Readonly<Record<Space, Set<number>>>;

/** Numbers of the types in the group of each type. */
function groupsOf({ recGroups }: Module): readonly (readonly number[])[] {
  let first = 0;
  return recGroups.flatMap((group) => {
    const indices = group.map((_, i) => first + i);
    first += group.length;
    return group.map(() => indices);
  });
}

/**
 * How to visit the definition behind an index: a function that maps it, for the sake of the notes taken.
 * @param whole types mention all of their groups
 */
function visitor(module: Module, whole: boolean): (space: Space, index: number, note: IndexMap) => void {
  const imported = Object.groupBy(module.imports, ({ type }) => type.kind);
  const types = typesOf(module);
  const groups = whole ? groupsOf(module) : undefined;
  const defined = {
    func: module.functions,
    table: module.tables,
    memory: module.memories,
    global: module.globals,
    tag: module.tags,
  } as const;
  return (space, index, note) => {
    if (space === 'type') {
      indices.mapSubType(types[index]!, note);
      groups?.[index]!.forEach((other) => note.type?.(other));
    } else if (space === 'elem') indices.mapElement(module.elements[index]!, note);
    else if (space === 'data') indices.mapData(module.datas[index]!, note);
    else {
      const imports = imported[space] ?? [];
      if (index < imports.length) return void indices.mapImport(imports[index]!, note);
      const position = index - imports.length;
      if (space === 'func') indices.mapFunc(defined.func[position]!, note);
      else if (space === 'table') indices.mapTable(defined.table[position]!, note);
      else if (space === 'global') indices.mapGlobal(defined.global[position]!, note);
      else if (space === 'tag') note.type?.(defined.tag[position]!.typeIndex);
    }
  };
}

/** Everything that can be reached; without recursion, for chains of definitions may be long. */
function usedIn(module: Module, roots: readonly Definition[], whole: boolean): Used {
  const used = Object.fromEntries(SPACES.map((space) => [space, new Set<number>()])) as Record<Space, Set<number>>;
  const waiting: (readonly [Space, number])[] = [];
  const use = (space: Space, index: number): number => {
    if (!used[space].has(index)) {
      used[space].add(index);
      waiting.push([space, index]);
    }
    return index;
  };
  const note = Object.fromEntries(SPACES.map((space) => [space, (index: number) => use(space, index)])) as IndexMap;
  for (const entry of module.exports) indices.mapExport(entry, note);
  if (module.start !== undefined) use('func', module.start);
  for (const [space, index] of roots) use(space, index);
  const visit = visitor(module, whole);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) visit(next[0], next[1], note);
  return used;
}

function keep<T>(list: readonly T[], used: ReadonlySet<number>, firstIndex: number): readonly T[] {
  return list.filter((_, position) => used.has(firstIndex + position));
}

function keepImports(imports: readonly Import[], used: Used): readonly Import[] {
  const next = { func: 0, table: 0, memory: 0, global: 0, tag: 0 };
  return imports.filter(({ type }) => used[type.kind].has(next[type.kind]++));
}

/** Cuts a group wherever no type before mentions a type after. @param first index of the group's first type */
function splitGroup(group: RecGroup, first: number): readonly RecGroup[] {
  const groups: SubType[][] = [];
  let reach = first - 1;
  group.forEach((type, i) => {
    if (first + i > reach) groups.push([]);
    groups.at(-1)!.push(type);
    indices.mapSubType(type, { type: (index) => ((reach = Math.max(reach, index)), index) });
    reach = Math.max(reach, first + i);
  });
  return groups;
}

export function splitGroups(recGroups: readonly RecGroup[]): readonly RecGroup[] {
  let first = 0;
  return recGroups.flatMap((group) => {
    const split = splitGroup(group, first);
    first += group.length;
    return split;
  });
}

/** Segments that do something on their own. */
function activeSegments({ elements, datas }: Module): readonly Definition[] {
  return [
    ...elements.flatMap(({ mode }, index): readonly Definition[] => (mode.kind === 'passive' ? [] : [['elem', index]])),
    ...datas.flatMap(({ mode }, index): readonly Definition[] => (mode.kind === 'passive' ? [] : [['data', index]])),
  ];
}

/**
 * @param roots what to keep besides what exports and the start function reach
 * @param whole recursion groups stay as they are, or go
 */
export function withoutUnused(module: Module, roots = activeSegments(module), whole = false): Module {
  const used = usedIn(module, roots, whole);
  const renumber = Object.fromEntries(
    SPACES.map((space) => {
      const ranks = new Map([...used[space]].sort((a, b) => a - b).map((index, rank) => [index, rank]));
      return [space, (index: number) => ranks.get(index) ?? index];
    }),
  ) as IndexMap;
  const imported = (kind: ExternKind): number => module.imports.filter(({ type }) => type.kind === kind).length;
  let typeIndex = 0;
  const kept: Module = {
    ...module,
    recGroups: module.recGroups
      .map((group) => group.filter(() => used.type.has(typeIndex++)))
      .filter((group) => group.length > 0),
    imports: keepImports(module.imports, used),
    functions: keep(module.functions, used.func, imported('func')),
    tables: keep(module.tables, used.table, imported('table')),
    memories: keep(module.memories, used.memory, imported('memory')),
    tags: keep(module.tags, used.tag, imported('tag')),
    globals: keep(module.globals, used.global, imported('global')),
    elements: keep(module.elements, used.elem, 0),
    datas: keep(module.datas, used.data, 0),
    customs: [],
  };
  const renumbered = indices.mapModule(kept, renumber);
  return whole ? renumbered : { ...renumbered, recGroups: splitGroups(renumbered.recGroups) };
}

/** All that may be kept for its own sake: everything but types. */
export function definitionsOf(module: Module): readonly Definition[] {
  const imported = (kind: ExternKind): number => module.imports.filter(({ type }) => type.kind === kind).length;
  const counts: readonly Definition[] = [
    ['func', imported('func') + module.functions.length],
    ['table', imported('table') + module.tables.length],
    ['memory', imported('memory') + module.memories.length],
    ['global', imported('global') + module.globals.length],
    ['tag', imported('tag') + module.tags.length],
    ['elem', module.elements.length],
    ['data', module.datas.length],
  ];
  return counts.flatMap(([space, count]) => Array.from({ length: count }, (_, index): Definition => [space, index]));
}

/** The module without one definition, which nothing mentions. */
export function withoutDefinition(module: Module, space: Space, index: number): Module {
  return withoutUnused(module, definitionsOf(module).filter(([other, at]) => other !== space || at !== index));
}

export const dropUnused: Reducer = {
  name: 'drop-unused',
  reduce: (gate, grain) =>
    forEachModule(gate, (current, attempt) => {
      const module = current();
      const definitions = definitionsOf(module);
      const drop = (whole: boolean): void => {
        attempt(() => withoutUnused(module, definitions, whole));
        dropChunks(definitions, (kept) => attempt(() => withoutUnused(module, kept, whole)), grain);
      };
      drop(false);
      // What is interesting may be that types are in one group.
      if (current() === module && grain === 0 && module.recGroups.some(({ length }) => length > 1)) drop(true);
    }),
};
