/**
 * The parts a store is made of, by collector.
 *
 * The interpreter's loop and the operations with inner loops are loaded once per collector, by adding a query
 * to the module's name: each copy then meets one class of heap only, and is compiled for it. Sharing one
 * copy between collectors costs about half the speed.
 */
import type { CompiledModule } from './compile/compiled.ts';
import { DrcHeap } from './collectors/drc.ts';
import { NullHeap } from './collectors/null.ts';
import type { GcHeap } from './heap/gc-heap.ts';
import { GlobalStorage } from './global-storage.ts';
import type { LayoutsClass } from './heap/layout.ts';
import { Layouts } from './heap/layout.ts';
import { HostBoundary } from './host-boundary.ts';
import { HostRoots } from './host-roots.ts';
import { HostTables } from './host-tables.ts';
import { Instantiator } from './instantiator.ts';
import { ConstantEvaluator } from './interpreter/constants.ts';
import { ExceptionOperations } from './interpreter/exceptions.ts';
import type { ObjectOperations } from './interpreter/object-ops.ts';
import type { ReferenceOperations } from './interpreter/reference-ops.ts';
import { StackWalker } from './interpreter/stack-walker.ts';
import type { TableOperations } from './interpreter/table-ops.ts';
import { Linker } from './link.ts';
import type { HeapOptions } from './options.ts';
import type { Store } from './store.ts';

type Part<T> = new (store: Store) => T;

export interface Parts {
  /** Of the modules that the store runs, too. */
  readonly Layouts: LayoutsClass;
  readonly Heap: new (options: HeapOptions, layouts: Layouts) => GcHeap;
  readonly execute: (store: Store, base: number) => void;
  readonly ReferenceOperations: Part<ReferenceOperations>;
  readonly ObjectOperations: Part<ObjectOperations>;
  readonly TableOperations: Part<TableOperations>;
  readonly ExceptionOperations: Part<ExceptionOperations>;
  readonly HostBoundary: Part<HostBoundary>;
  readonly HostRoots: new (heap: GcHeap) => HostRoots;
  readonly HostTables: Part<HostTables>;
  readonly GlobalStorage: new () => GlobalStorage;
  readonly Linker: Part<Linker>;
  readonly Instantiator: new (store: Store, compiled: CompiledModule) => Instantiator;
  readonly ConstantEvaluator: Part<ConstantEvaluator>;
  readonly StackWalker: Part<StackWalker>;
}

export type CollectorName = 'drc' | 'null';
export const COLLECTORS: readonly CollectorName[] = ['drc', 'null'];

const HEAPS: Readonly<Record<CollectorName, Parts['Heap']>> = { drc: DrcHeap, null: NullHeap };

/**
 * Loads a further copy: for parts whose classes would make a copy that is shared slower.
 * @param copy names it; the same name gives the same copy
 */
export async function loadParts(collector: CollectorName, copy: string): Promise<Parts> {
  return load(HEAPS[collector], `?collector=${collector}&copy=${copy}`);
}

/** @param copy query of the modules' names */
async function load(Heap: Parts['Heap'], copy: string): Promise<Parts> {
  const [loop, references, objects, tables] = await Promise.all([
    import(/* @vite-ignore */ `./interpreter/loop.ts${copy}`) as Promise<typeof import('./interpreter/loop.ts')>,
    import(/* @vite-ignore */ `./interpreter/reference-ops.ts${copy}`) as Promise<typeof import('./interpreter/reference-ops.ts')>,
    import(/* @vite-ignore */ `./interpreter/object-ops.ts${copy}`) as Promise<typeof import('./interpreter/object-ops.ts')>,
    import(/* @vite-ignore */ `./interpreter/table-ops.ts${copy}`) as Promise<typeof import('./interpreter/table-ops.ts')>,
  ]);
  return {
    Layouts,
    Heap,
    execute: loop.execute,
    ReferenceOperations: references.ReferenceOperations,
    ObjectOperations: objects.ObjectOperations,
    TableOperations: tables.TableOperations,
    ExceptionOperations,
    HostBoundary,
    HostRoots,
    HostTables,
    GlobalStorage,
    Linker,
    Instantiator,
    ConstantEvaluator,
    StackWalker,
  };
}

export const PARTS: Readonly<Record<CollectorName, Parts>> = {
  drc: await load(DrcHeap, '?collector=drc'),
  null: await load(NullHeap, '?collector=null'),
};
