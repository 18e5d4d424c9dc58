/** Validation and compilation of a Program's modules: done once, however many stores run it. */
import { ValidationError } from '#wasm/errors.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import type { Program } from '#fuzz/program/program.ts';
import { compileModule } from '#runtime/compile/compile.ts';
import type { CompiledModule } from '#runtime/compile/compiled.ts';

export interface Prepared {
  /** Shared by all stores that run the Program, so that they agree on type ids. */
  readonly registry: TypeRegistry;
  /** By position in the Program; undefined where a module does not validate. */
  readonly modules: readonly (CompiledModule | undefined)[];
}

const prepared = new WeakMap<Program['modules'], Prepared>();

/** The same for the same modules, by identity. */
export function prepare(program: Program): Prepared {
  let known = prepared.get(program.modules);
  if (known === undefined) prepared.set(program.modules, (known = prepareModules(program)));
  return known;
}

function prepareModules(program: Program): Prepared {
  const registry = new TypeRegistry();
  return { registry, modules: program.modules.map(({ module }) => compileIfValid(module, registry)) };
}

function compileIfValid(module: Program['modules'][number]['module'], registry: TypeRegistry): CompiledModule | undefined {
  try {
    return compileModule(module, registry);
  } catch (error) {
    if (error instanceof ValidationError) return undefined;
    throw error;
  }
}
