/**
 * Edits of modules as data. A module is a tree of plain values, and so an edit is: choose a node, and put
 * something else in its place. Numbers are exchanged for others seen in the same role, so that types stay types;
 * indices and constants also become numbers just outside what is allowed. The result can be encoded, and is
 * often but not always valid.
 */
import type { Random } from '#fuzz/generators/random.ts';
import type { Module } from '#wasm/syntax/module.ts';

type Tree = number | bigint | boolean | string | undefined | Uint8Array | readonly Tree[] | { readonly [key: string]: Tree };
type Path = readonly (string | number)[];

/** A place in a module, and the role of what is there. */
interface Site {
  readonly path: Path;
  readonly role: string;
  readonly value: Tree;
}

/** What must stay as it is, since it says what the fields beside it are. */
const FIXED: ReadonlySet<string> = new Set(['op', 'kind', 'customs']);
/** Numbers that are types, or that the encoding has no room to change: only exchanged for their like. */
const EXCHANGED: ReadonlySet<string> = new Set([
  'storage', 'element', 'params', 'results', 'locals', 'type', 'blockType.type', 'op.types', 'op.heapType', 'op.from', 'op.to',
]);
/** Numbers with a range of their own. */
const RANGES: Readonly<Record<string, readonly [min: number, max: number]>> = {
  'op.value': [-(2 ** 31), 2 ** 31 - 1],
  'op.align': [0, 5],
  'op.lane': [0, 16],
};
const UNSIGNED: readonly [number, number] = [0, 2 ** 32 - 1];
const TELLING_NUMBERS = [0, 1, 2, 3, 7, 63, 64, 127, 128, 1000, 10_000, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const TELLING_BIGINTS = [0n, 1n, -1n, 2n ** 31n, 2n ** 63n - 1n, -(2n ** 63n)];

/** Values by role, collected from modules that may serve as donors. */
export class Donors {
  readonly #values = new Map<string, Tree[]>();

  constructor(modules: readonly Module[]) {
    for (const module of modules) {
      for (const { role, value } of sitesOf(module)) {
        let values = this.#values.get(role);
        if (values === undefined) this.#values.set(role, (values = []));
        values.push(value);
      }
    }
  }
  of(role: string): readonly Tree[] {
    return this.#values.get(role) ?? [];
  }
}

/** One edit. Returns the module itself when the chosen place allows none. */
export function mutateModule(module: Module, donors: Donors, random: Random): Module {
  const site = random.pick(sitesOf(module));
  const edited = editNode(site, donors, random);
  return edited === site.value ? module : (replaceAt(module as unknown as Tree, site.path, 0, edited) as unknown as Module);
}

function roleOf(parent: Tree, parentRole: string, key: string): string {
  if (parentRole === 'blockType') return `blockType.${key}`;
  return typeof parent === 'object' && 'op' in parent ? `op.${key}` : key;
}

function sitesOf(module: Module): Site[] {
  const sites: Site[] = [];
  const open: Site[] = [{ path: [], role: 'module', value: module as unknown as Tree }];
  for (let site = open.pop(); site !== undefined; site = open.pop()) {
    const { path, role, value } = site;
    if (path.length > 0) sites.push(site);
    if (Array.isArray(value)) {
      const items = value as readonly Tree[];
      // Items of a list of numbers have the role of the list, other items their own.
      items.forEach((item, i) => open.push({ path: [...path, i], role: typeof item === 'number' ? role : `${role}[]`, value: item }));
    } else if (typeof value === 'object' && !(value instanceof Uint8Array)) {
      for (const [key, child] of Object.entries(value)) {
        if (!FIXED.has(key)) open.push({ path: [...path, key], role: roleOf(value, role, key), value: child });
      }
    }
  }
  return sites;
}

function replaceAt(tree: Tree, path: Path, depth: number, value: Tree): Tree {
  if (depth === path.length) return value;
  const key = path[depth]!;
  if (Array.isArray(tree)) return tree.map((item: Tree, i) => (i === key ? replaceAt(item, path, depth + 1, value) : item));
  const record = tree as { readonly [key: string]: Tree };
  return { ...record, [key]: replaceAt(record[key]!, path, depth + 1, value) };
}

function editNode({ role, value }: Site, donors: Donors, random: Random): Tree {
  if (typeof value === 'number') return editNumber(role, value, donors, random);
  if (typeof value === 'bigint') return role === 'op.value' ? random.pick(TELLING_BIGINTS) : value;
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return editList(role, value, donors, random);
  if (typeof value === 'object' && !(value instanceof Uint8Array)) return exchanged(role, value, donors, random);
  return value;
}
function exchanged(role: string, value: Tree, donors: Donors, random: Random): Tree {
  const others = donors.of(role).filter((other) => shapeOf(other) === shapeOf(value));
  return others.length === 0 ? value : random.pick(others);
}
/** Roles are known by the name of a field, and some different things share one: `type` of a global and of a table. */
function shapeOf(value: Tree): string {
  if (typeof value !== 'object') return typeof value;
  if (Array.isArray(value)) return 'list';
  if ('op' in value) return 'instruction';
  const fields = Object.keys(value).filter((key) => key !== 'kind');
  const record = value as { readonly [key: string]: Tree };
  return fields.length === 0 ? String(record['kind']) : fields.toSorted().join();
}

function editNumber(role: string, value: number, donors: Donors, random: Random): Tree {
  if (EXCHANGED.has(role) || random.chance(0.3)) return exchanged(role, value, donors, random);
  const changed = random.chance(0.6) ? value + random.pick([-2, -1, 1, 2]) : random.pick(TELLING_NUMBERS);
  const [min, max] = RANGES[role] ?? UNSIGNED;
  return Math.min(Math.max(changed, min), max);
}

function editList(role: string, items: readonly Tree[], donors: Donors, random: Random): Tree {
  const at = random.int(0, items.length);
  const run = random.int(1, 3);
  switch (random.int(0, 4)) {
    case 0:
      return items.toSpliced(at, run);
    case 1:
      return items.toSpliced(at, 0, ...items.slice(at, at + run));
    case 2: {
      if (items.length < 2) return items;
      const [a, b] = [random.int(0, items.length - 1), random.int(0, items.length - 1)];
      return items.with(a, items[b]!).with(b, items[a]!);
    }
    case 3: {
      const piece = exchanged(role, items, donors, random) as readonly Tree[];
      const from = random.int(0, piece.length);
      return items.toSpliced(at, random.int(0, run), ...piece.slice(from, from + run));
    }
    default:
      return exchanged(role, items, donors, random);
  }
}
