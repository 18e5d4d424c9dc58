/** One run of a Program on a fresh store of our own runtime. */
import { HOST_MODULE } from '#fuzz/program/host-types.ts';
import type { Argument, Program, Step } from '#fuzz/program/program.ts';
import { auditFault, auditStore } from '#runtime/audit/audit-store.ts';
import type { AuditFailure } from '#runtime/audit/failure.ts';
import { checkLeaks } from '#runtime/audit/leak-check.ts';
import { HostValueError } from '#runtime/host-boundary.ts';
import type { Extern, Instance } from '#runtime/instance.ts';
import { instantiate } from '#runtime/instantiate.ts';
import { invoke } from '#runtime/invoke.ts';
import { LinkError } from '#runtime/link.ts';
import type { AuditMode, Audited, StoreOptions } from '#runtime/options.ts';
import { DEFAULT_LIMITS } from '#runtime/options.ts';
import type { Outcome } from '#runtime/outcome.ts';
import { Exhaustion, Fault } from '#runtime/outcome.ts';
import type { Parts } from '#runtime/parts.ts';
import { currentSite, operationName } from '#runtime/site.ts';
import { writeGlobal } from '#runtime/host-globals.ts';
import { Store } from '#runtime/store.ts';
import type { Value } from '#runtime/value.ts';
import { observeFault, observeLeaks } from './fault-report.ts';
import { walkHeap } from './heap-graph.ts';
import { HostEnv } from './host-env.ts';
import type { Importer } from './host-env.ts';
import type { HeapGraph, HostLifetimes, Observation, ObservedOutcome, Peaks } from './observation.ts';
import { KeptRoots } from './kept-roots.ts';
import { observeValue } from './observe.ts';
import { peaksOf } from './peaks.ts';
import type { Prepared } from './prepare.ts';
import { prepareRenewed } from './prepare.ts';

/** Those who look while a run is audited. */
export const AUDITORS = ['audit', 'stackScan', 'leakCheck'] as const;
export type Auditor = (typeof AUDITORS)[number];
const AUDITED: Readonly<Partial<Record<Auditor, Audited>>> = { audit: 'counts', stackScan: 'stacks' };

export interface EngineOptions {
  readonly audit: AuditMode;
  /** Those who do not look although the run is audited; nobody by default. */
  readonly without?: readonly Auditor[];
  /** Check list and free space four times in each collection. */
  readonly integrity: boolean;
  /** Instead of the Program's limit: a collector that frees nothing needs more. */
  readonly maxHeapBytes?: number;
}

/** The host's own nesting is bounded by this; each level costs several frames of the JavaScript engine. */
export const HOST_DEPTH = 50;
/**
 * A quarter of a second. Of 20,000 mixed cases those that come to their end need 56 MB at most; one in two thousand would need much more (a
 * chain of thousands of objects, with a collection at each allocation), and with eight times as much those took half of the time of `drc`.
 */
export const MAX_COLLECTION_BYTES = 1 << 26;
export const MAX_TABLE_ENTRIES = 1_000_000;
export const MAX_MEMORY_PAGES = 256;

export function storeOptions({ schedule, collector, limits }: Program, options: EngineOptions): StoreOptions {
  return {
    heap: {
      initialBytes: collector.initialHeapBytes,
      maxBytes: options.maxHeapBytes ?? collector.maxHeapBytes,
      growthStep: collector.heapGrowthStep,
      drops: collector.drops,
      oasrThreshold: collector.oasrThreshold,
      poison: collector.poison,
      integrity: options.integrity,
    },
    limits: {
      ...DEFAULT_LIMITS,
      fuel: limits.fuel,
      collectionBytes: MAX_COLLECTION_BYTES,
      callDepth: limits.callDepth,
      hostDepth: HOST_DEPTH,
      tableEntries: MAX_TABLE_ENTRIES,
      memoryPages: MAX_MEMORY_PAGES,
    },
    collection: schedule,
    audit: options.audit,
    unaudited: (options.without ?? []).flatMap((auditor) => AUDITED[auditor] ?? []),
  };
}

const DONE: ObservedOutcome = { kind: 'returned', values: [] };

function returnedNumber(value: number): ObservedOutcome {
  return { kind: 'returned', values: [{ kind: 'i32', value }] };
}

export class Run {
  readonly store: Store;
  readonly #program: Program;
  #prepared: Prepared;
  readonly #Layouts: Parts['Layouts'];
  readonly #options: EngineOptions;
  readonly #env: HostEnv;
  /** The latest instance of each module. */
  readonly #instances: (Instance | undefined)[] = [];
  readonly #outcomes: ObservedOutcome[] = [];
  /** What calls returned, by step; rooted until the end. */
  readonly #results: (readonly Value[])[] = [];
  readonly #kept: KeptRoots;
  /** What the run has ended with, if it broke an invariant. */
  fault: unknown;
  #heap: HeapGraph | undefined;
  #lifetimes: HostLifetimes | undefined;
  #peaks: Peaks | undefined;

  constructor(program: Program, prepared: Prepared, parts: Parts, options: EngineOptions) {
    this.#program = program;
    this.#prepared = prepared;
    this.#Layouts = parts.Layouts;
    this.#options = options;
    this.store = new Store(prepared.registry, parts, storeOptions(program, options));
    this.#env = new HostEnv(this.store);
    this.#kept = new KeptRoots(this.store);
  }

  /**
   * Takes all steps, then looks at what is left. To be called once.
   * @param onStep told of the position of each step before it is taken
   */
  run(onStep?: (position: number) => void): Observation {
    let goesOn = true;
    for (const [i, step] of this.#program.steps.entries()) {
      onStep?.(i);
      goesOn = this.#record(() => this.#takeToSafePoint(step, i));
      if (!goesOn) break;
    }
    if (goesOn) this.#record(() => this.#finish());
    else if (this.#outcomes.at(-1)?.kind === 'exhausted') this.#record(() => this.#lookAtRest());
    const { counters } = this.store.heap;
    return {
      outcomes: this.#outcomes,
      hostTrace: this.#env.trace,
      heap: this.#heap,
      hostLifetimes: this.#lifetimes,
      peaks: this.#peaks,
      effort: {
        instructions: this.store.options.limits.fuel - this.store.fuelLeft,
        collections: counters.collections,
        allocations: counters.allocations,
        safePoints: this.store.safePoints,
      },
    };
  }

  /** @returns whether the run goes on after this */
  #record(take: () => ObservedOutcome | undefined): boolean {
    const outcome = this.#guard(take);
    if (outcome !== undefined) this.#outcomes.push(outcome);
    return outcome?.kind !== 'faulted' && outcome?.kind !== 'exhausted';
  }
  #guard(take: () => ObservedOutcome | undefined): ObservedOutcome | undefined {
    try {
      return take();
    } catch (error) {
      if (error instanceof LinkError) return { kind: 'linkError' };
      if (error instanceof HostValueError) return { kind: 'skipped' };
      if (error instanceof Exhaustion) return { kind: 'exhausted', resource: error.resource };
      return this.#faulted(error);
    }
  }
  #faulted(error: unknown): ObservedOutcome {
    this.fault = error;
    return { kind: 'faulted', fault: observeFault(error, this.#operationAt(error)) };
  }
  /** The operation under way when an error arose. */
  #operationAt(error: unknown): string {
    const { lastEnd } = this.store;
    return operationName(lastEnd !== undefined && lastEnd.signal === error ? lastEnd.site : currentSite(this.store));
  }

  // --- Steps -------------------------------------------------------------------------------------------

  /** What the host does by itself ends with a safe point, as calls do. */
  #takeToSafePoint(step: Step, index: number): ObservedOutcome {
    const outcome = this.#take(step, index);
    if (step.kind !== 'instantiate' && step.kind !== 'call') this.store.safePoint();
    return outcome;
  }

  #take(step: Step, index: number): ObservedOutcome {
    const { store } = this;
    store.hostOperation = step.kind;
    switch (step.kind) {
      case 'instantiate':
        return this.#instantiate(step.module);
      case 'collect':
        store.collect();
        return DONE;
      case 'renew':
        return this.#renew(index);
      case 'call': {
        const fn = this.#instances[step.module]?.exports.get(step.export);
        if (fn?.kind !== 'func') return { kind: 'skipped' };
        const outcome = invoke(store, fn, step.args.map((argument) => this.#value(argument)));
        if (outcome.kind === 'returned') {
          this.#results[index] = outcome.values;
          if (step.keep !== undefined) this.#keep(step.keep, outcome.values[0]);
        }
        return this.#observe(outcome);
      }
      case 'drop': {
        const dropped = this.#instances[step.module] !== undefined;
        this.#instances[step.module] = undefined;
        return dropped ? DONE : { kind: 'skipped' };
      }
      case 'release':
        this.#kept.release(step.slot);
        return DONE;
      case 'setGlobal': {
        const global = this.#instances[step.module]?.exports.get(step.export);
        if (global?.kind !== 'global' || !global.type.mutable) return { kind: 'skipped' };
        writeGlobal(store, global, this.#value(step.value));
        return DONE;
      }
      case 'setTable':
      case 'growTable': {
        const table = this.#instances[step.module]?.exports.get(step.export);
        if (table?.kind !== 'table') return { kind: 'skipped' };
        const value = this.#value(step.value);
        if (step.kind === 'growTable') return returnedNumber(store.hostTables.grow(table, step.by, value));
        return store.hostTables.write(table, step.index, value) ? DONE : { kind: 'skipped' };
      }
    }
  }

  /** @param step position of the step */
  #renew(step: number): ObservedOutcome {
    const { store } = this;
    if (this.#options.audit !== 'off' && this.#looks('audit')) auditStore(store);
    const left = this.#options.audit === 'off' ? this.#endRoots() : this.#takeDown(this.#hasThrown());
    if (left !== undefined) return left;
    this.#instances.length = 0;
    this.#results.length = 0;
    this.#prepared = prepareRenewed(this.#program, step, this.#prepared, this.#Layouts);
    store.renew(this.#prepared.registry);
    return DONE;
  }

  #instantiate(module: number): ObservedOutcome {
    const compiled = this.#prepared.modules[module];
    if (compiled === undefined) return { kind: module < this.#program.modules.length ? 'invalid' : 'skipped' };
    const importer: Importer = { instance: undefined };
    const env = this.#env.importsFor(importer);
    this.#instances[module] = undefined;
    const result = instantiate(this.store, compiled, (from, name) => (from === HOST_MODULE ? env(from, name) : this.#exportOf(from, name)));
    if (result.kind !== 'instantiated') return this.#observe(result);
    importer.instance = this.#instances[module] = result.instance;
    return { kind: 'instantiated' };
  }
  #exportOf(name: string, field: string): Extern | undefined {
    const { modules } = this.#program;
    return this.#instances.find((instance, i) => instance !== undefined && modules[i]!.name === name)?.exports.get(field);
  }

  #value(argument: Argument): Value {
    if (argument.kind === 'host') return this.#env.object(argument.number);
    return argument.kind === 'kept' ? this.#kept.value(argument.slot) : argument;
  }

  #keep(slot: number, value: Value | undefined): void {
    this.#kept.keep(slot, value);
    this.store.hostOperation = 'release';
    this.store.done('release');
  }

  #observe(outcome: Outcome): ObservedOutcome {
    switch (outcome.kind) {
      case 'returned':
        return { kind: 'returned', values: outcome.values.map((value) => observeValue(this.store, value)) };
      case 'faulted':
        return this.#faulted(outcome.fault);
      case 'trapped':
        return { kind: 'trapped', trap: outcome.trap };
      case 'exhausted':
        return { kind: 'exhausted', resource: outcome.resource };
      case 'threw':
        return outcome;
    }
  }

  // --- The end -----------------------------------------------------------------------------------------

  /**
   * What a limit has cut short cannot be compared, but it must not have left the heap in disorder.
   * @returns what is wrong with it
   */
  #lookAtRest(): ObservedOutcome | undefined {
    const { store } = this;
    if (this.#options.audit === 'off') return undefined;
    if (store.lastEnd !== undefined) store.hostOperation = operationName(store.lastEnd.site);
    store.collectionBytes = 0;
    if (this.#looks('audit')) auditStore(store);
    return this.#takeDown(true);
  }

  /** @returns what is wrong with what is left */
  #finish(): ObservedOutcome | undefined {
    const { store } = this;
    store.hostOperation = 'exit';
    this.#walkHeap();
    this.#peaks = peaksOf(store);
    this.#noteLifetimes(undefined);
    if (this.#options.audit === 'off') return undefined;
    if (this.#looks('audit')) auditStore(store);
    return this.#takeDown(this.#hasThrown());
  }
  #hasThrown(): boolean {
    return this.#outcomes.some(({ kind }) => kind === 'threw');
  }

  /** Releases what the host has. */
  #endRoots(): undefined {
    this.store.roots.closeScope(0);
    this.#env.releaseObjects();
    this.#kept.releaseAll();
  }

  /**
   * Releases what the host has, and checks for leaks.
   * @param threw whether an exception may rightly be pending
   */
  #takeDown(threw: boolean): ObservedOutcome | undefined {
    const { store } = this;
    this.#endRoots();
    const throwAudited = (failure: AuditFailure): void => {
      if (this.#looks('audit')) throw auditFault(failure);
    };
    // The check audits after each collection itself.
    const report = checkLeaks(store.heap, store, () => store.collectUnaudited(), throwAudited);
    if (report.auditFailure !== undefined && this.#looks('audit')) throw auditFault(report.auditFailure);
    this.#noteLifetimes(report.cycles.hostObjects);
    if (!this.#looks('leakCheck')) return undefined;
    const fault = observeLeaks(report, threw);
    return fault && { kind: 'faulted', fault };
  }

  /**
   * Compares the owned roots of the store with those that the host has and has not released.
   * @throws Fault when they are not as many
   */
  checkRoots(): void {
    const { owned } = this.store.roots;
    const alive = owned.filter((ref, index) => ref !== 0 && this.store.roots.isOwnedAlive(index)).length;
    const expected = this.#env.ownedRoots + this.#kept.ownedRoots;
    if (alive !== expected) throw new Fault('forgottenRoot', `the host has not released ${expected} of its own roots, but ${alive} keep objects alive`);
  }

  #looks(auditor: Auditor): boolean {
    return this.#options.without?.includes(auditor) !== true;
  }

  #noteLifetimes(kept: number | undefined): void {
    const { births, deaths } = this.store.heap.hostData;
    this.#lifetimes = { births, deaths, kept };
  }

  /** Takes the heap graph, and numbers the objects among the results. */
  #walkHeap(): void {
    const { roots } = this.store;
    const refs: number[] = [];
    const objectsIn = (values: readonly Value[]) => values.flatMap((value) => (value.kind === 'object' ? [roots.refOf(value.root)] : []));
    for (const values of this.#results) if (values !== undefined) refs.push(...objectsIn(values));
    const { graph, nodeOf } = walkHeap(this.store, refs);
    this.#heap = graph;
    this.#results.forEach((values, step) => {
      if (!values.some(({ kind }) => kind === 'object')) return;
      this.#outcomes[step] = { kind: 'returned', values: values.map((value) => observeValue(this.store, value, nodeOf)) };
    });
  }
}
