/** Module instances (spec: Execution / Runtime Structure / Module Instances). */
import type { ElementInstance, GlobalInstance, MemoryInstance, TableInstance, TagInstance } from './cells.ts';
import type { CompiledModule } from './compile/compiled.ts';
import type { FunctionInstance } from './function.ts';

export type Extern = FunctionInstance | TableInstance | MemoryInstance | GlobalInstance | TagInstance;

/** Index spaces as in the module, imports first. */
export class Instance {
  readonly compiled: CompiledModule;
  /** Position in the store. */
  readonly id: number;
  readonly functions: FunctionInstance[] = [];
  readonly tables: TableInstance[] = [];
  readonly memories: MemoryInstance[] = [];
  readonly globals: GlobalInstance[] = [];
  readonly tags: TagInstance[] = [];
  readonly elements: ElementInstance[] = [];
  /** Bytes of passive data segments; empty once dropped. */
  readonly datas: Uint8Array[] = [];
  readonly exports = new Map<string, Extern>();
  constructor(compiled: CompiledModule, id: number) {
    this.compiled = compiled;
    this.id = id;
  }
}
