/** Matching imports against what is offered (spec: Matching / External Types; Execution / Instantiation). */
import type { ExternKind, ExternType, Import } from '#wasm/syntax/module.ts';
import { matchesExtern } from '#wasm/valid/match.ts';
import type { ModuleContext } from '#wasm/valid/module-context.ts';
import type { Extern } from './instance.ts';
import type { Store } from './store.ts';

/** What an embedder offers under a pair of names. */
export type Imports = (module: string, name: string) => Extern | undefined;

/** An import is missing or does not fit. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly import: Import;
  constructor(message: string, wanted: Import) {
    super(`import ${JSON.stringify(wanted.module)} ${JSON.stringify(wanted.name)}: ${message}`);
    this.import = wanted;
  }
}

export class Linker {
  protected readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /**
   * Finds all imports of a module, in order.
   * @throws LinkError
   */
  resolve(context: ModuleContext, imports: Imports): Extern[] {
    const next = { func: 0, table: 0, memory: 0, global: 0, tag: 0 };
    return context.module.imports.map((wanted) => {
      const extern = imports(wanted.module, wanted.name);
      if (extern === undefined) throw new LinkError('unknown import', wanted);
      const { kind } = wanted.type;
      if (extern.kind !== kind) {
        throw new LinkError(`incompatible import type: a ${kind} is wanted, a ${extern.kind} is offered`, wanted);
      }
      if (!this.matches(offeredType(extern), wantedType(context, kind, next[kind]++))) {
        throw new LinkError('incompatible import type', wanted);
      }
      return extern;
    });
  }

  /** Whether what is offered can stand for what is wanted. Types are canonical. */
  protected matches(offered: ExternType, wanted: ExternType): boolean {
    return matchesExtern(this.store.registry, offered, wanted);
  }
}

/** What is offered, as it is now: a table or memory counts with its present size. */
function offeredType(extern: Extern): ExternType {
  switch (extern.kind) {
    case 'func':
    case 'tag':
      return { kind: extern.kind, typeIndex: extern.typeId };
    case 'table':
      return { kind: 'table', element: extern.type.element, limits: { min: extern.length, max: extern.type.limits.max } };
    case 'memory':
      return { kind: 'memory', limits: { min: extern.pages, max: extern.type.limits.max } };
    case 'global':
      return { kind: 'global', ...extern.type };
  }
}

/** What an import asks for, with canonical types. @param index in the index space of its kind */
function wantedType(context: ModuleContext, kind: ExternKind, index: number): ExternType {
  switch (kind) {
    case 'func':
      return { kind, typeIndex: context.functionTypeIds[index]! };
    case 'tag':
      return { kind, typeIndex: context.tagTypeIds[index]! };
    case 'table':
      return { kind, ...context.tables[index]! };
    case 'memory':
      return { kind, ...context.memories[index]! };
    case 'global':
      return { kind, ...context.globals[index]! };
  }
}
