/** Modules side by side in one. */
import type { IndexMap } from './map-indices.ts';
import { mapModule } from './map-indices.ts';
import type { ExternKind, Module } from './module.ts';
import { EMPTY_MODULE, typesOf } from './module.ts';

const KINDS = ['func', 'table', 'memory', 'global', 'tag'] as const satisfies readonly ExternKind[];
const LISTS = { func: 'functions', table: 'tables', memory: 'memories', global: 'globals', tag: 'tags' } as const;

function imported({ imports }: Module, kind: ExternKind): number {
  return imports.filter(({ type }) => type.kind === kind).length;
}
function sumOf(modules: readonly Module[], of: (module: Module) => number): number {
  return modules.reduce((sum, module) => sum + of(module), 0);
}

/** Where the module's indices point to when it comes after others and before the rest. */
function shifted(module: Module, before: readonly Module[], all: readonly Module[]): IndexMap {
  const shift = (kind: ExternKind) => {
    const ownImports = imported(module, kind);
    const importsBefore = sumOf(before, (other) => imported(other, kind));
    const definedAt = sumOf(all, (other) => imported(other, kind)) + sumOf(before, (other) => other[LISTS[kind]].length);
    return (index: number): number => (index < ownImports ? index + importsBefore : index - ownImports + definedAt);
  };
  const types = sumOf(before, (other) => typesOf(other).length);
  const elements = sumOf(before, (other) => other.elements.length);
  const datas = sumOf(before, (other) => other.datas.length);
  return {
    ...Object.fromEntries(KINDS.map((kind) => [kind, shift(kind)])),
    type: (index) => index + types,
    elem: (index) => index + elements,
    data: (index) => index + datas,
  };
}

/** One module with everything that is in these, but for start functions; exports are numbered. */
export function concatenated(modules: readonly Module[]): Module {
  const moved = modules.map((module, i) => mapModule(module, shifted(module, modules.slice(0, i), modules)));
  const all = <K extends keyof Module>(key: K): Module[K] => moved.flatMap((module) => module[key] as readonly never[]) as unknown as Module[K];
  return {
    ...EMPTY_MODULE,
    recGroups: all('recGroups'),
    imports: all('imports'),
    functions: all('functions'),
    tables: all('tables'),
    memories: all('memories'),
    tags: all('tags'),
    globals: all('globals'),
    elements: all('elements'),
    datas: all('datas'),
    exports: moved.flatMap(({ exports }, i) => exports.map((entry) => ({ ...entry, name: `${entry.name}@${i}` }))),
  };
}
