/**
 * The store: everything that modules can share and everything a collection must know (spec: Execution /
 * Runtime Structure / Store), and the policy that says when collections and audits happen.
 *
 * The parts that do the work are ordinary classes handed in by `parts.ts`, so that a collector is chosen,
 * and a fault planted, by replacing them.
 */
import type { FuncType, GlobalType, MemoryType, TableType } from '#wasm/syntax/types.ts';
import type { TypeRegistry } from '#wasm/valid/type-registry.ts';
import type { CountedCells } from './cells.ts';
import { ElementInstance, GlobalInstance, MemoryInstance, TableInstance, TagInstance } from './cells.ts';
import type { FunctionInstance, HostCall } from './function.ts';
import { HostFunction } from './function.ts';
import { FunctionIds } from './function-ids.ts';
import type { GcHeap } from './heap/gc-heap.ts';
import { Layouts, slotKind } from './heap/layout.ts';
import type { HostBoundary } from './host-boundary.ts';
import { totalWords } from './host-boundary.ts';
import { HostRoots } from './host-roots.ts';
import { CallStack } from './interpreter/call-stack.ts';
import type { ConstantEvaluator } from './interpreter/constants.ts';
import type { ExceptionOperations } from './interpreter/exceptions.ts';
import type { ObjectOperations } from './interpreter/object-ops.ts';
import type { StackWalker } from './interpreter/stack-walker.ts';
import type { TableOperations } from './interpreter/table-ops.ts';
import type { StoreOptions } from './options.ts';
import { Exhaustion } from './outcome.ts';
import type { Parts } from './parts.ts';
import { auditStore, scanStack } from './audit/audit-store.ts';
import type { Value } from './value.ts';

export class Store implements CountedCells {
  readonly registry: TypeRegistry;
  readonly options: StoreOptions;
  readonly layouts: Layouts;
  readonly heap: GcHeap;
  readonly roots: HostRoots;
  readonly stack: CallStack;
  readonly functionIds = new FunctionIds();

  readonly objects: ObjectOperations;
  readonly tables_: TableOperations;
  readonly exceptions: ExceptionOperations;
  readonly boundary: HostBoundary;
  readonly constants: ConstantEvaluator;
  readonly walker: StackWalker;
  readonly execute: Parts['execute'];
}
