/** Matching imports against what is offered (spec: Matching / External Types; Execution / Instantiation). */
import type { ExternType, Import } from '#wasm/syntax/module.ts';
import type { ModuleContext } from '#wasm/valid/module-context.ts';
import type { TypeRegistry } from '#wasm/valid/type-registry.ts';
import { limitsMatch } from './cells.ts';
import type { Extern } from './instance.ts';

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

/**
 * Finds all imports of a module, in order.
 * @throws LinkError
 */
export function resolveImports(context: ModuleContext, imports: Imports): Extern[] {
  const next = { func: 0, table: 0, memory: 0, global: 0, tag: 0 };
  return context.module.imports.map((wanted) => {
    const extern = imports(wanted.module, wanted.name);
    if (extern === undefined) throw new LinkError('unknown import', wanted);
    const index = next[wanted.type.kind]++;
    if (extern.kind !== wanted.type.kind) {
      throw new LinkError(`incompatible import type: a ${wanted.type.kind} is wanted, a ${extern.kind} is offered`, wanted);
    }
    if (!matches(context, extern, wanted.type, index)) throw new LinkError('incompatible import type', wanted);
    return extern;
  });
}

/** @param index of the import in the index space of its kind */
function matches(context: ModuleContext, extern: Extern, wanted: ExternType, index: number): boolean {
  const { registry } = context;
  switch (extern.kind) {
    case 'func':
      return isSubtype(registry, extern.typeId, context.functionTypeIds[index]!);
    case 'tag':
      return extern.typeId === context.tagTypeIds[index];
    case 'memory':
      return limitsMatch(extern.bytes.length / 65536, extern.type.limits.max, (wanted as typeof extern.type).limits);
    case 'table': {
      const { element, limits } = context.tables[index]!;
      const same = registry.matches(extern.type.element, element) && registry.matches(element, extern.type.element);
      return same && limitsMatch(extern.length, extern.type.limits.max, limits);
    }
    case 'global': {
      const { type, mutable } = context.globals[index]!;
      if (extern.type.mutable !== mutable) return false;
      return registry.matches(extern.type.type, type) && (!mutable || registry.matches(type, extern.type.type));
    }
  }
}
function isSubtype(registry: TypeRegistry, sub: number, sup: number): boolean {
  return sub === sup || registry.isSubtype(sub, sup);
}
