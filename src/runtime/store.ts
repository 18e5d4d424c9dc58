/**
 * The store: everything that modules can share and everything a collection must know (spec: Execution /
 * Runtime Structure / Store), and the policy that says when collections and audits happen.
 *
 * The parts that do the work are ordinary classes handed in as `Parts`, so that a collector is chosen, and a
 * fault planted, by replacing them.
 */
import type { FuncType, GlobalType, MemoryType, TableType } from '#wasm/syntax/types.ts';
import type { TypeRegistry } from '#wasm/valid/type-registry.ts';
import type { CountedCells } from './cells.ts';
import { ElementInstance, GlobalInstance, MemoryInstance, TableInstance, TagInstance } from './cells.ts';
import type { FunctionInstance, HostCall } from './function.ts';
import { HostFunction } from './function.ts';
import { FunctionIds } from './function-ids.ts';
import type { GcHeap } from './heap/gc-heap.ts';
import type { GlobalStorage } from './global-storage.ts';
import type { Layouts } from './heap/layout.ts';
import { layoutsOf, slotKind } from './heap/layout.ts';
import type { HostBoundary } from './host-boundary.ts';
import { totalWords } from './host-boundary.ts';
import type { HostRoots } from './host-roots.ts';
import type { HostTables } from './host-tables.ts';
import { CallStack } from './interpreter/call-stack.ts';
import type { ConstantEvaluator } from './interpreter/constants.ts';
import type { ExceptionOperations } from './interpreter/exceptions.ts';
import type { ObjectOperations } from './interpreter/object-ops.ts';
import type { ReferenceOperations } from './interpreter/reference-ops.ts';
import type { StackWalker } from './interpreter/stack-walker.ts';
import type { TableOperations } from './interpreter/table-ops.ts';
import type { Linker } from './link.ts';
import type { Audited, StoreOptions } from './options.ts';
import { Exhaustion, Fault } from './outcome.ts';
import type { Parts } from './parts.ts';
import type { Site } from './site.ts';
import { currentSite } from './site.ts';
import { auditStore, scanStack } from './audit/audit-store.ts';

/** Why a collection happens: the host asks, the schedule says so, an allocation finds no room, the stack-root list is long. */
export type CollectionTrigger = 'host' | 'entry' | 'zeal' | 'schedule' | 'allocZeal' | 'exhaustion' | 'threshold';

/** What the runtime does by itself, on behalf of some instruction or of the host. */
export type RuntimeWork =
  | 'collection'
  | 'constant expression'
  | 'passive element segment'
  | 'active element segment'
  /** An exception is pending, and about to look for its handler. */
  | 'throwing'
  /** A call has ended with a signal, for which `lastEnd` tells the instruction. */
  | 'unwinding'
  | 'failed instance'
  /** The host has released a root of its own, in favour of another one. */
  | 'release';

/** Someone who looks on. What it throws ends the execution. */
export interface Follower {
  /**
   * An instruction of the innermost frame is about to execute. Every count is exact.
   * @returns how many instructions after it need not be told of; none unless it says so
   */
  instruction(): number | void;
  safePoint(): void;
  /** A collection is about to begin. */
  collection?(trigger: CollectionTrigger): void;
  /** The runtime has done something by itself. Every count is exact, though what stacks hold may be in no stack map. */
  done?(work: RuntimeWork): void;
}

/** The scan of a frame takes about as long as looking at so many bytes of heap. */
const FRAME_SCAN_BYTES = 2048;

export class Store implements CountedCells {
  registry: TypeRegistry;
  readonly options: StoreOptions;
  layouts: Layouts;
  readonly heap: GcHeap;
  readonly roots: HostRoots;
  readonly stack: CallStack;
  functionIds = new FunctionIds();

  /** Runs the topmost frame of the call stack; see `interpreter/loop.ts`. */
  readonly execute: Parts['execute'];
  readonly operations: {
    readonly references: ReferenceOperations;
    readonly objects: ObjectOperations;
    readonly tables: TableOperations;
    readonly exceptions: ExceptionOperations;
  };
  readonly boundary: HostBoundary;
  readonly hostTables: HostTables;
  readonly linker: Linker;
  readonly Instantiator: Parts['Instantiator'];
  readonly constants: ConstantEvaluator;
  readonly walker: StackWalker;

  /** By address; 0 is no function. */
  readonly functions: FunctionInstance[] = [undefined as unknown as FunctionInstance];
  readonly globals: GlobalInstance[] = [];
  readonly tables: TableInstance[] = [];
  readonly tags: TagInstance[] = [];
  /** Of passive segments whose entries are references. */
  readonly elements: ElementInstance[] = [];
  readonly pendingException: Int32Array = new Int32Array(1);
  /** Instances made so far. */
  instances = 0;

  /** Instructions and bulk elements that may still be executed. Exact only outside the interpreter's loop. */
  fuel: number;
  /** What collections and audits have looked at. */
  collectionBytes = 0;
  /** Host-to-Wasm calls that have not returned. */
  activations = 0;
  /** What the host is doing, in words, for whoever reports a failure while no frame is running. */
  hostOperation = 'call';
  /** What last ended a call or an instantiation other than by returning, and where it arose. */
  lastEnd: { readonly signal: unknown; readonly site: Site } | undefined = undefined;
  /** Safe points passed so far. */
  safePoints = 0;
  readonly #globalStorage: GlobalStorage;
  #allocations = 0;
  #tableEntries = 0;
  #memoryPages = 0;
  /** Whether a safe point is nothing but counted. */
  #quiet: boolean;
  #follower: Follower | undefined;
  /** Fuel that is left while execution is followed. */
  #reserve = 0;
  readonly #scheduled: ReadonlySet<number>;

  constructor(registry: TypeRegistry, parts: Parts, options: StoreOptions) {
    this.registry = registry;
    this.options = options;
    this.layouts = layoutsOf(registry, parts.Layouts);
    this.heap = new parts.Heap(options.heap, this.layouts);
    this.roots = new parts.HostRoots(this.heap);
    this.stack = new CallStack(options.limits);
    this.execute = parts.execute;
    this.operations = {
      references: new parts.ReferenceOperations(this),
      objects: new parts.ObjectOperations(this),
      tables: new parts.TableOperations(this),
      exceptions: new parts.ExceptionOperations(this),
    };
    this.boundary = new parts.HostBoundary(this);
    this.hostTables = new parts.HostTables(this);
    this.linker = new parts.Linker(this);
    this.Instantiator = parts.Instantiator;
    this.#globalStorage = new parts.GlobalStorage();
    this.constants = new parts.ConstantEvaluator(this);
    this.walker = new parts.StackWalker(this);
    this.fuel = options.limits.fuel;
    this.#scheduled = new Set(options.collection.atSafePoints);
    this.#quiet = options.collection.zeal === 0 && options.audit !== 'safePoints' && this.#scheduled.size === 0;
  }

  // --- Making things -----------------------------------------------------------------------------------

  addFunction<F extends FunctionInstance>(make: (address: number) => F): F {
    const fn = make(this.functions.length);
    this.functions.push(fn);
    return fn;
  }
  /** @param type heap types, if concrete, are canonical */
  newHostFunction(type: FuncType, host: HostCall): HostFunction {
    const typeId = this.registry.defineFunc(type);
    const words = { params: totalWords(type.params), results: totalWords(type.results) };
    return this.addFunction((address) => new HostFunction(address, typeId, type, words, host));
  }
  /** A global that holds zero or null; null even where the type forbids it, until it is initialised. */
  newGlobal(type: GlobalType): GlobalInstance {
    const global = new GlobalInstance(type, slotKind(type.type, this.registry), this.#globalStorage.take());
    this.globals.push(global);
    return global;
  }
  /** @throws Exhaustion beyond the limit on tables */
  newTable(type: TableType): TableInstance {
    const { min } = type.limits;
    if (!this.takeTableEntries(min)) throw new Exhaustion('table', `no room for a table of ${min} entries`);
    const table = new TableInstance(type, slotKind(type.element, this.registry));
    this.tables.push(table);
    return table;
  }
  /** @throws Exhaustion beyond the limit on memories */
  newMemory(type: MemoryType): MemoryInstance {
    const { min } = type.limits;
    if (!this.takeMemoryPages(min)) throw new Exhaustion('memory', `no room for a memory of ${min} pages`);
    return new MemoryInstance(type);
  }
  newTag(typeId: number): TagInstance {
    const tag = new TagInstance(typeId, this.tags.length);
    this.tags.push(tag);
    return tag;
  }
  newElements(type: TableType['element'], length: number): ElementInstance {
    const segment = new ElementInstance(slotKind(type, this.registry), length);
    if (segment.slot === 'ref') this.elements.push(segment);
    return segment;
  }

  // --- Unmaking what no one else knows -------------------------------------------------------------------

  discardGlobal(global: GlobalInstance): void {
    remove(this.globals, global);
    if (global.slot === 'ref') this.heap.drop(global.cells[0]!);
    this.#globalStorage.giveBack(global.cells);
  }
  discardTable(table: TableInstance): void {
    remove(this.tables, table);
    this.#tableEntries -= table.length;
    if (table.slot === 'ref') for (let i = 0; i < table.length; i++) this.heap.drop(table.cells[i]!);
  }
  discardElements(segment: ElementInstance): void {
    remove(this.elements, segment);
    this.operations.tables.dropElements(segment);
  }

  /**
   * Becomes another store in the place of this one, as where engines pool heaps: nothing is left but the heap's memory, the limits and how much
   * of them is used up. To be called by a host that has ended all it did here.
   * @param registry may give out the ids of this store's types again
   */
  renew(registry: TypeRegistry): void {
    this.roots.releaseAll();
    this.registry = registry;
    this.layouts = layoutsOf(registry, this.layouts.constructor as Parts['Layouts']);
    this.heap.renew(this.layouts);
    this.functionIds = new FunctionIds();
    this.functions.length = 1;
    for (const things of [this.globals, this.tables, this.tags, this.elements]) things.length = 0;
    this.pendingException[0] = 0;
    this.instances = 0;
    this.#tableEntries = 0;
    this.#memoryPages = 0;
  }

  // --- Allocation --------------------------------------------------------------------------------------

  /**
   * Allocates for Wasm: a safe point before, and the new object, body uninitialised, owned by the stack roots.
   * @throws Exhaustion of the heap
   */
  allocate(kind: number, typeId: number, bytes: number): number {
    this.safePoint();
    const { allocZeal } = this.options.collection;
    if (allocZeal > 0 && ++this.#allocations % allocZeal === 0) this.collect('allocZeal');
    let ref = this.heap.allocate(kind, typeId, bytes);
    if (ref === 0) ref = this.#allocateAfterRoom(kind, typeId, bytes);
    this.heap.adopt(ref);
    return ref;
  }

  /** Allocates for the host, who owns the one count. @throws Exhaustion of the heap */
  allocateForHost(kind: number, typeId: number, bytes: number): number {
    const ref = this.heap.allocate(kind, typeId, bytes);
    return ref === 0 ? this.#allocateAfterRoom(kind, typeId, bytes) : ref;
  }

  /** Makes room by collecting or growing, whichever promises more, and tries again. */
  #allocateAfterRoom(kind: number, typeId: number, bytes: number): number {
    const { heap } = this;
    const collectsFirst = heap.collectsBeforeGrowth(bytes);
    if (collectsFirst) {
      this.collect('exhaustion');
      const ref = heap.allocate(kind, typeId, bytes);
      if (ref !== 0) return ref;
    }
    const grown = heap.grow(bytes);
    if (!grown && !collectsFirst) this.collect('exhaustion');
    const ref = heap.allocate(kind, typeId, bytes);
    if (ref !== 0) return ref;
    if (grown) throw new Fault('R4', `the heap has grown by what ${bytes} bytes need, so there must be room for them`);
    throw new Exhaustion('heap', `no room for ${bytes} bytes in a heap of ${heap.capacity} bytes`);
  }

  // --- Safe points and collections -----------------------------------------------------------------------

  /** Every count and root is exact: the schedule may collect, the audit may look. */
  safePoint(): void {
    this.safePoints++;
    if (!this.#quiet) this.#scheduledWork();
  }
  /** A safe point where a reference was entered among the stack roots: the collector may ask to collect. */
  readSafePoint(): void {
    if (this.heap.collectionDue()) this.collect('threshold');
    this.safePoint();
  }
  /** The safe point at the entry of an exported function. */
  entrySafePoint(): void {
    if (this.options.collection.atEntry) this.collect('entry');
    this.safePoint();
  }
  #scheduledWork(): void {
    this.#follower?.safePoint();
    if (this.options.audit === 'safePoints') {
      this.#chargeCollection();
      this.#auditCounts();
    }
    const { zeal } = this.options.collection;
    if (zeal > 0 && this.safePoints % zeal === 0) this.collect('zeal');
    else if (this.#scheduled.has(this.safePoints)) this.collect('schedule');
  }

  /** @throws Exhaustion of collections, before anything is done */
  collect(trigger: CollectionTrigger = 'host'): void {
    this.collectUnaudited(trigger);
    const { audit } = this.options;
    if (audit === 'off' || audit === 'end') return;
    this.#auditCounts();
    if (!this.#leavesOut('stacks')) scanStack(this);
  }
  /** The same for whoever looks by himself. */
  collectUnaudited(trigger: CollectionTrigger = 'host'): void {
    this.#chargeCollection();
    this.#follower?.collection?.(trigger);
    this.roots.trim();
    this.heap.collect(this.walker.roots);
    this.done('collection');
  }
  #auditCounts(): void {
    if (!this.#leavesOut('counts')) auditStore(this);
  }
  #leavesOut(audited: Audited): boolean {
    return this.options.unaudited?.includes(audited) === true;
  }

  /** Tells who looks on. */
  done(work: RuntimeWork): void {
    this.#follower?.done?.(work);
  }

  // --- Limits --------------------------------------------------------------------------------------------

  /**
   * Called whenever a step would be paid from nothing.
   * @returns fuel for the loop
   * @throws Exhaustion of fuel
   */
  outOfFuel(): number {
    // Frames keep the pc behind the opcode; the loop's own has not moved yet.
    this.stack.pcs[this.stack.depth]!++;
    if (this.#follower === undefined || this.#reserve === 0) throw new Exhaustion('fuel');
    this.#reserve--;
    const unseen = Math.min(this.#follower.instruction() ?? 0, this.#reserve);
    this.#reserve -= unseen;
    this.fuel = unseen;
    return unseen;
  }
  /** Books entries of tables. @returns false, and books nothing, beyond the store's limit */
  takeTableEntries(entries: number): boolean {
    if (this.#tableEntries + entries > this.options.limits.tableEntries) return false;
    this.#tableEntries += entries;
    return true;
  }
  /** Books pages of memories. @returns false, and books nothing, beyond the store's limit */
  takeMemoryPages(pages: number): boolean {
    if (this.#memoryPages + pages > this.options.limits.memoryPages) return false;
    this.#memoryPages += pages;
    return true;
  }

  /** Pays for a bulk operation. @throws Exhaustion of fuel */
  charge(amount: number): void {
    const fromReserve = Math.min(amount, this.#reserve);
    const rest = amount - fromReserve;
    this.#reserve -= fromReserve;
    if (rest > this.fuel) {
      this.fuel = 0;
      throw new Exhaustion('fuel');
    }
    // An integer to V8 too: the interpreter's loop is compiled for that.
    this.fuel = (this.fuel - rest) | 0;
  }

  /**
   * Books what a collection or an audit reads: the stacks, and when it is checked all of the heap, and the types of each frame.
   * @throws Exhaustion of collections
   */
  #chargeCollection(): void {
    const { stack, heap, options } = this;
    this.collectionBytes += 4 * stack.sp;
    if (options.audit !== 'off' || options.heap.integrity) this.collectionBytes += heap.capacity + FRAME_SCAN_BYTES * (stack.depth + 1);
    if (this.collectionBytes > options.limits.collectionBytes) throw new Exhaustion('collections');
  }

  /** Fuel that is left, followed or not. */
  get fuelLeft(): number {
    return Math.max(0, this.fuel) + this.#reserve;
  }

  /** From now on `follower` is told of every step; to be called once, before anything runs. */
  follow(follower: Follower): void {
    this.#follower = follower;
    this.#quiet = false;
    // With nothing to spend the loop asks for fuel before each instruction.
    this.#reserve = this.fuel;
    this.fuel = 0;
  }

  /** Notes where a signal arose, before the frames are gone; it may pass, or be wrapped, on its way through several calls. */
  noteEnd(signal: unknown): void {
    const { lastEnd } = this;
    if (lastEnd?.signal === signal) return;
    const wraps = lastEnd !== undefined && signal instanceof Error && signal.cause === lastEnd.signal;
    this.lastEnd = { signal, site: wraps ? lastEnd.site : currentSite(this) };
  }
}

function remove<T>(from: T[], element: T): void {
  const index = from.lastIndexOf(element);
  if (index >= 0) from.splice(index, 1);
}
