/**
 * Sorts what no cell reaches into garbage cycles, which reference counting keeps by design, and leaks.
 *
 * Among unreachable objects every owner is an unreachable object as well. So one whose count is not the
 * number of slots that hold it has a count nobody owns; and if all counts are right, each of the objects
 * lies on a cycle or hangs on one.
 */
import { IntStack } from '#util/int-stack.ts';
import type { CountedCells } from '../cells.ts';
import { ObjectWalk, storedCount } from '../heap/drc-walk.ts';
import type { DrcState } from '../heap/drc-walk.ts';
import { GRANULE, alignedBytes } from '../heap/free-list.ts';
import { objectBytesAt, objectKindName } from '../heap/object-size.ts';
import type { ObjectKindName } from '../heap/object-size.ts';
import { ObjectKind } from '../heap/gc-heap.ts';
import { isObject } from '../heap/reference.ts';
import { everyCell, everySlot } from './every-reference.ts';
import { cellHoldings, slotsOf } from './holder.ts';

/** An object that nothing reaches and that has a count too many (or, being freed too late, none at all). */
export interface Leak {
  readonly address: number;
  readonly kind: ObjectKindName;
  readonly typeId: number;
  readonly stored: number;
  /** Slots of other unreachable objects that hold it. */
  readonly expected: number;
}

export interface Garbage {
  /** In address order. */
  readonly leaks: readonly Leak[];
  readonly cycles: {
    /** Strongly connected components that are cycles. */
    readonly components: number;
    /** Objects on them and what hangs on them. */
    readonly objects: number;
    /** Bytes of these objects, rounded as the free list does. */
    readonly bytes: number;
    /** Host objects among these. */
    readonly hostObjects: number;
  };
}

export const NO_GARBAGE: Garbage = { leaks: [], cycles: { components: 0, objects: 0, bytes: 0, hostObjects: 0 } };

/** The objects that cells do not reach. Neither stacks nor lists are considered: they must be empty. */
export function findGarbage(heap: DrcState, cells: CountedCells): Garbage {
  walk.run(heap);
  if (countReachable(heap, cells) === walk.count) return NO_GARBAGE;
  const graph = objectGraph(heap, walk.addresses.subarray(0, walk.count));
  const reachable = closure(graph, cellTargets(graph, cells));
  const garbage = graph.addresses.map((_, node) => (reachable[node] ? 0 : 1));
  if (!garbage.includes(1)) return NO_GARBAGE;
  const onCycle = cyclicComponents(graph, garbage);
  const kept = closure(graph, onCycle.nodes);
  const keptObjects = [...graph.addresses].filter((_, node) => garbage[node] === 1 && kept[node] === 1);
  return {
    leaks: findLeaks(heap, graph, garbage),
    cycles: {
      components: onCycle.components,
      objects: keptObjects.length,
      hostObjects: keptObjects.filter((address) => heap.kindOf(address) === ObjectKind.extern).length,
      bytes: keptObjects.reduce((sum, address) => sum + alignedBytes(objectBytesAt(heap, address)), 0),
    },
  };
}

// --- What is reachable -----------------------------------------------------------------------------------

/** Scratch memory, kept between walks. */
const walk = new ObjectWalk();
/** 1 for each object that has not been met, by address over `GRANULE`. */
let unmet = new Uint8Array(0);
const work = new IntStack();

/** How many objects cells reach. Most heaps hold nothing else, and then nobody needs the graph. */
function countReachable(heap: DrcState, cells: CountedCells): number {
  const positions = Math.ceil(heap.capacity / GRANULE);
  if (unmet.length < positions) unmet = new Uint8Array(positions);
  else unmet.fill(0, 0, positions);
  for (let i = 0; i < walk.count; i++) unmet[walk.addresses[i]! / GRANULE] = 1;
  let count = 0;
  everyCell(cells, meet);
  for (; work.size > 0; count++) everySlot(heap, work.pop(), meet);
  return count;
}
/** A reference to no object is the audit's business. */
function meet(ref: number): boolean {
  if (isObject(ref) && unmet[ref / GRANULE] === 1) {
    unmet[ref / GRANULE] = 0;
    work.push(ref);
  }
  return true;
}

// --- What is not -----------------------------------------------------------------------------------------

/** Objects are nodes 0, 1, ...; the targets of node i are `targets[from[i]]` up to `targets[from[i + 1]]`. */
interface Graph {
  readonly addresses: Int32Array;
  readonly nodes: ReadonlyMap<number, number>;
  readonly from: Int32Array;
  readonly targets: readonly number[];
}

function objectGraph(heap: DrcState, addresses: Int32Array): Graph {
  const nodes = new Map<number, number>();
  for (const [node, address] of addresses.entries()) nodes.set(address, node);
  const from = new Int32Array(addresses.length + 1);
  const targets: number[] = [];
  for (const [node, address] of addresses.entries()) {
    for (const { ref } of slotsOf(heap, address)) {
      const target = isObject(ref) ? nodes.get(ref) : undefined;
      if (target !== undefined) targets.push(target);
    }
    from[node + 1] = targets.length;
  }
  return { addresses, nodes, from, targets };
}

function cellTargets({ nodes }: Graph, cells: CountedCells): number[] {
  const targets: number[] = [];
  for (const { ref } of cellHoldings(cells)) {
    const node = isObject(ref) ? nodes.get(ref) : undefined;
    if (node !== undefined) targets.push(node);
  }
  return targets;
}

/** 1 for each node that can be reached from the given ones, themselves included. */
function closure({ addresses, from, targets }: Graph, start: readonly number[]): Uint8Array {
  const reached = new Uint8Array(addresses.length);
  const work = [...start];
  while (work.length > 0) {
    const node = work.pop()!;
    if (reached[node] === 1) continue;
    reached[node] = 1;
    for (let edge = from[node]!; edge < from[node + 1]!; edge++) work.push(targets[edge]!);
  }
  return reached;
}

/**
 * Tarjan's algorithm with an explicit stack, on the nodes with `within` 1.
 * @returns how many components are cycles, and the nodes in them
 */
function cyclicComponents({ addresses, from, targets }: Graph, within: Int32Array): { components: number; nodes: number[] } {
  const order = new Int32Array(addresses.length);
  const low = new Int32Array(addresses.length);
  const nextEdge = from.slice(0, -1);
  const open = new Uint8Array(addresses.length);
  const path: number[] = [];
  const component: number[] = [];
  const cyclic = { components: 0, nodes: [] as number[] };
  let visited = 0;

  const enter = (node: number): void => {
    order[node] = low[node] = ++visited;
    open[node] = 1;
    path.push(node);
    component.push(node);
  };
  const leave = (node: number): void => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[node]!);
    if (low[node] !== order[node]) return;
    const members = component.splice(component.lastIndexOf(node));
    for (const member of members) open[member] = 0;
    if (members.length === 1 && !targets.slice(from[node], from[node + 1]).includes(node)) return;
    cyclic.components++;
    for (const member of members) cyclic.nodes.push(member);
  };

  for (const root of addresses.keys()) {
    if (within[root] !== 1 || order[root] !== 0) continue;
    enter(root);
    while (path.length > 0) {
      const node = path.at(-1)!;
      if (nextEdge[node] === from[node + 1]) {
        leave(node);
        continue;
      }
      const target = targets[nextEdge[node]!++]!;
      if (within[target] !== 1) continue;
      if (order[target] === 0) enter(target);
      else if (open[target] === 1) low[node] = Math.min(low[node]!, order[target]!);
    }
  }
  return cyclic;
}

function findLeaks(heap: DrcState, { addresses, from, targets }: Graph, garbage: Int32Array): Leak[] {
  const owners = new Int32Array(addresses.length);
  for (const node of addresses.keys()) {
    if (garbage[node] !== 1) continue;
    for (let edge = from[node]!; edge < from[node + 1]!; edge++) owners[targets[edge]!]!++;
  }
  const leaks: Leak[] = [];
  for (const [node, address] of addresses.entries()) {
    const stored = storedCount(heap, address);
    const expected = owners[node]!;
    if (garbage[node] !== 1 || (stored === expected && expected > 0)) continue;
    const word = address >> 2;
    leaks.push({ address, kind: objectKindName(heap.i32[word]!)!, typeId: heap.i32[word + 1]!, stored, expected });
  }
  return leaks;
}
