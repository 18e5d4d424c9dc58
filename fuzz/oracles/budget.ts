/**
 * Resources stay within bounds that follow from the Program and from what was alive. It finds what makes a collector
 * useless without making it wrong: a heap that grows where a collection would do, a list nobody empties.
 *
 * The bounds are those that the collector's policy promises (docs/collector.md), not what is usual.
 */
import type { Peaks } from '#fuzz/engines/observation.ts';
import { HOST_DEPTH } from '#fuzz/engines/run.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { isRefType } from '#wasm/syntax/types.ts';
import type { Oracle } from './oracle.ts';

export interface Budget {
  readonly resource: string;
  readonly used: number;
  readonly bound: number;
}

/** Smallest object of a reference-counting collector, with its header. */
const MIN_OBJECT_BYTES = 32;
/** Length to which the pending stack may grow for the elements of arrays. */
const PENDING_CHUNK = 1024;
/** Owned roots are trimmed when so many have piled up, or twice as many as there were. */
const MIN_HIGH_WATER = 8;

/**
 * A heap grows only if it was half full after the last collection, or if collecting did not make room for a request:
 * then no gap between live objects is large enough. It doubles, or grows by what is asked for.
 */
function heapBound({ collector }: Program, { liveAfterCollection, largestRequest }: Peaks): number {
  const gaps = liveAfterCollection / MIN_OBJECT_BYTES + 1;
  const before = Math.max(2 * (liveAfterCollection + largestRequest), liveAfterCollection + gaps * largestRequest);
  const grown = 2 * before + largestRequest + collector.heapGrowthStep;
  return Math.min(collector.maxHeapBytes, Math.max(collector.initialHeapBytes, grown));
}

/** A read that finds the list at its threshold collects: as long as the last sweep left it, twice, or the knob. */
function readBound({ collector }: Program, { listedAfterSweep }: Peaks): number {
  return Math.max(collector.oasrThreshold, 2 * listedAfterSweep);
}

/** Elements of arrays in one go, then each waiting object and the references of each dying one; room doubles. */
function pendingBound({ modules }: Program, { heap, allocations }: Peaks): number {
  let references = 1;
  for (const { module } of modules) references = Math.max(references, demandOf(module.recGroups).references);
  const objects = Math.min(allocations, heap / MIN_OBJECT_BYTES);
  return 2 * (PENDING_CHUNK + objects * references);
}

/** Results of calls until the end; while host calls last, their arguments, their results and those of calls back. */
function scopedRootBound({ modules, steps }: Program): number {
  let values = 2;
  for (const { module } of modules) values = Math.max(values, demandOf(module.recGroups).values);
  return values * (steps.length + 3 * HOST_DEPTH);
}

/** What types may ask for at most. */
interface Demand {
  /** Of any struct or exception. */
  readonly references: number;
  /** That any function takes, or returns. */
  readonly values: number;
}

/** By the types, which mutants share with their parents. */
const demands = new WeakMap<Module['recGroups'], Demand>();

function demandOf(recGroups: Module['recGroups']): Demand {
  let demand = demands.get(recGroups);
  if (demand === undefined) demands.set(recGroups, (demand = demandOfTypes(recGroups)));
  return demand;
}
function demandOfTypes(recGroups: Module['recGroups']): Demand {
  let references = 0;
  let values = 0;
  for (const group of recGroups) {
    for (const { composite } of group) {
      if (composite.kind === 'array') continue;
      const types = composite.kind === 'func' ? composite.params : composite.fields.map(({ storage }) => storage);
      references = Math.max(references, types.filter(isRefType).length);
      if (composite.kind === 'func') values = Math.max(values, composite.params.length, composite.results.length);
    }
  }
  return { references, values };
}

/** One root for each slot and each host object that steps name; released ones pile up to a limit. */
function ownedRootBound({ steps }: Program): number {
  const names = new Set<string>();
  for (const step of steps) {
    if (step.kind === 'call' && step.keep !== undefined) names.add(`slot ${step.keep}`);
    const values = step.kind === 'call' ? step.args : 'value' in step ? [step.value] : [];
    for (const value of values) if (value.kind === 'host') names.add(`host ${value.number}`);
  }
  return Math.max(MIN_HIGH_WATER, 2 * names.size);
}

export function budgetsOf(program: Program, peaks: Peaks): readonly Budget[] {
  return [
    { resource: 'heap bytes', used: peaks.heap, bound: heapBound(program, peaks) },
    { resource: 'stack-root list members', used: peaks.listed, bound: peaks.heap / MIN_OBJECT_BYTES },
    { resource: 'stack-root list members entered by reads', used: peaks.listedByReads, bound: readBound(program, peaks) },
    { resource: 'pending stack words', used: peaks.pendingRoom, bound: pendingBound(program, peaks) },
    { resource: 'scoped host roots', used: peaks.scopedRoots, bound: scopedRootBound(program) },
    { resource: 'owned host roots', used: peaks.ownedRoots, bound: ownedRootBound(program) },
  ];
}

export const budget: Oracle = {
  name: 'budget',
  needs: 'nothing',
  every: 1,
  judge: ({ program, subject }) => {
    const { peaks } = subject.observation;
    if (peaks === undefined) return { kind: 'inconclusive', reason: 'resources were not measured' };
    const broken = budgetsOf(program, peaks).find(({ used, bound }) => used > bound);
    if (broken === undefined) return { kind: 'agree' };
    const { resource, used, bound } = broken;
    const message = `${subject.engine} has used ${used} ${resource}, at most ${Math.floor(bound)} are justified`;
    return { kind: 'disagree', failure: { oracle: 'budget', invariant: resource, operation: 'run', holders: [], message } };
  },
};
