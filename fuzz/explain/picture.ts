/** The heap around one object as a graph: who holds it, what it holds, and one step further, with what the audit knows of each. */
import { DrcHeap } from '#runtime/collectors/drc.ts';
import { frameSlots } from '#runtime/audit/frame-types.ts';
import type { Holder, Holding } from '#runtime/audit/holder.ts';
import { describeHolder } from '#runtime/audit/holder.ts';
import { holdingsOf } from '#runtime/audit/recount.ts';
import { LISTED } from '#runtime/heap/drc-header.ts';
import { ObjectWalk, storedCount } from '#runtime/heap/drc-walk.ts';
import type { GcHeap } from '#runtime/heap/gc-heap.ts';
import { objectKindName } from '#runtime/heap/object-size.ts';
import { isObject } from '#runtime/heap/reference.ts';
import { hex } from '#runtime/outcome.ts';
import type { Store } from '#runtime/store.ts';

export interface PictureNode {
  /** `0x30` for an object; in words, such as `global 0`, for any other place. */
  readonly id: string;
  /** How many references lie between the object in question, which has 0, and this; negative for what leads to it. */
  readonly layer: number;
  /** Undefined for a place that is no object. */
  readonly object:
    | {
        readonly address: number;
        /** `array of type 0`, or undefined where there is no object. */
        readonly what: string | undefined;
        readonly count: number;
        /** Found by the audit. */
        readonly owners: number;
        readonly listed: boolean;
      }
    | undefined;
}
export interface PictureEdge {
  readonly from: string;
  readonly to: string;
  /** `element 0`; empty when `from` says it all. */
  readonly label: string;
  /** Whether it owns a count; what stacks hold is borrowed. */
  readonly owns: boolean;
}
export interface Picture {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  /** Objects and places as near that there was no room for. */
  readonly omitted: number;
}

const DEPTH = 2;
const MAX_NODES = 24;
/** Slots of one object that lead to one other are told one by one up to this. */
const MAX_SLOTS = 3;

interface Link {
  readonly from: string;
  /** Address of the object whose slot it is, or 0. */
  readonly source: number;
  readonly to: number;
  readonly label: string;
  readonly owns: boolean;
}

function linkOf({ holder, ref }: Holding): Link {
  switch (holder.kind) {
    case 'field':
    case 'element':
      return { from: hex(holder.address), source: holder.address, to: ref, label: slotName(holder), owns: true };
    default:
      return { from: describeHolder(holder), source: 0, to: ref, label: '', owns: true };
  }
}
function slotName(holder: Extract<Holder, { kind: 'field' | 'element' }>): string {
  return holder.kind === 'field' ? `field ${holder.field}` : `element ${holder.index}`;
}

/** Locals that hold objects: a borrowed reference each. Operands are left out, for they come and go within an instruction. */
function* localLinks({ stack }: Store): Generator<Link, void, undefined> {
  for (let depth = 0; depth <= stack.depth; depth++) {
    const fn = stack.functions[depth]!;
    const { role } = fn.code;
    if (role.kind !== 'function') continue;
    for (const { kind, index, location } of frameSlots(fn, fn.code.entry)) {
      const ref = stack.i32[stack.fps[depth]! + location]!;
      if (kind === 'local' && isObject(ref)) yield { from: `local ${index} of function ${role.index}`, source: 0, to: ref, label: '', owns: false };
    }
  }
}

/** Every reference to an object in the store. */
function linksOf(store: Store): readonly Link[] {
  const links: Link[] = [];
  for (const holding of holdingsOf(store.heap, store)) if (isObject(holding.ref)) links.push(linkOf(holding));
  links.push(...localLinks(store));
  return links;
}

/** Layers by name: breadth first, so that the nearest come first when there is no room for all. */
function layersAround(address: number, links: readonly Link[]): { layers: ReadonlyMap<string, number>; omitted: number } {
  const layers = new Map([[hex(address), 0]]);
  const left = new Set<string>();
  const add = (name: string, layer: number): void => {
    if (layers.has(name)) return;
    if (layers.size < MAX_NODES) layers.set(name, layer);
    else left.add(name);
  };
  for (let distance = 0; distance < DEPTH; distance++) {
    for (const { from, to, owns } of links) if (owns && layers.get(hex(to)) === -distance) add(from, -distance - 1);
    for (const { from, source, to } of links) if (source !== 0 && layers.get(from) === distance) add(hex(to), distance + 1);
  }
  // Only what borrows the object itself; others would crowd the picture.
  for (const { from, to, owns } of links) if (!owns && to === address) add(from, -1);
  return { layers, omitted: left.size };
}

/** @param address where the object is, or was */
export function pictureOf(store: Store, address: number): Picture {
  const links = linksOf(store);
  const { layers, omitted } = layersAround(address, links);
  const alive = liveObjects(store);
  const owners = new Map<number, number>();
  const addresses = new Map<string, number>([[hex(address), address]]);
  for (const { to, owns } of links) {
    if (owns) owners.set(to, (owners.get(to) ?? 0) + 1);
    addresses.set(hex(to), to);
  }
  for (const live of alive) addresses.set(hex(live), live);
  const nodes = [...layers].map(([id, layer]): PictureNode => {
    const at = addresses.get(id);
    return { id, layer, object: at === undefined ? undefined : describeObject(store, at, alive.has(at), owners.get(at) ?? 0) };
  });
  const shown = links.filter(({ from, to }) => layers.has(from) && layers.has(hex(to)));
  return { nodes: nodes.sort((a, b) => a.layer - b.layer), edges: mergeEdges(shown), omitted };
}

function liveObjects({ heap }: Store): ReadonlySet<number> {
  const walk = new ObjectWalk();
  if (heap instanceof DrcHeap) walk.run(heap);
  return new Set(walk.addresses.subarray(0, walk.count));
}

function describeObject({ heap }: Store, address: number, alive: boolean, owners: number): PictureNode['object'] {
  if (!alive) return { address, what: undefined, count: countAt(heap, address), owners, listed: false };
  const header = heap.i32[address >> 2]!;
  const kind = objectKindName(header);
  const what = kind === 'extern' ? 'host object' : `${kind} of type ${heap.typeIdOf(address)}`;
  return { address, what, count: countAt(heap, address), owners, listed: (header & LISTED) !== 0 };
}
/** What stands where the count of an object would be; 0 outside the heap. */
function countAt(heap: GcHeap, address: number): number {
  return address > 0 && address + heap.headerBytes <= heap.capacity ? storedCount(heap, address) : 0;
}

function mergeEdges(links: readonly Link[]): readonly PictureEdge[] {
  const groups = new Map<string, Link[]>();
  for (const link of links) {
    const key = `${link.from} ${link.to} ${link.owns}`;
    groups.set(key, [...(groups.get(key) ?? []), link]);
  }
  return [...groups.values()].map((group) => {
    const { from, to, owns } = group[0]!;
    return { from, to: hex(to), label: labelOf(group.map(({ label }) => label)), owns };
  });
}
function labelOf(labels: readonly string[]): string {
  const named = labels.filter((label) => label !== '');
  if (named.length === 0) return labels.length === 1 ? '' : `${labels.length} times`;
  const more = named.length > MAX_SLOTS ? ` and ${named.length - MAX_SLOTS} more` : '';
  return named.slice(0, MAX_SLOTS).join(', ') + more;
}
