/** Validation and compilation of a Program's modules: done once, however many stores run it. */
import { ValidationError } from '#wasm/errors.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import type { Program } from '#fuzz/program/program.ts';
import { compileModule } from '#runtime/compile/compile.ts';
import type { CompiledModule } from '#runtime/compile/compiled.ts';
import type { LayoutsClass } from '#runtime/heap/layout.ts';
import { Layouts } from '#runtime/heap/layout.ts';

export interface Prepared {
  /** Shared by all stores that run the Program, so that they agree on type ids. */
  readonly registry: TypeRegistry;
  /** By position in the Program; undefined where a module does not validate. */
  readonly modules: readonly (CompiledModule | undefined)[];
}

/** By how objects are laid out, then by modules. */
const prepared = new WeakMap<LayoutsClass, WeakMap<Program['modules'], Prepared>>();

/** The same for the same modules, by identity. @param Class of the parts that will run them */
export function prepare(program: Program, Class: LayoutsClass = Layouts): Prepared {
  let alike = prepared.get(Class);
  if (alike === undefined) prepared.set(Class, (alike = new WeakMap()));
  let known = alike.get(program.modules);
  if (known === undefined) alike.set(program.modules, (known = prepareModules(program, Class)));
  return known;
}

function prepareModules(program: Program, Class: LayoutsClass): Prepared {
  const registry = new TypeRegistry();
  return { registry, modules: program.modules.map(({ module }) => compileIfValid(module, registry, Class)) };
}

function compileIfValid(module: Program['modules'][number]['module'], registry: TypeRegistry, Class: LayoutsClass): CompiledModule | undefined {
  try {
    return compileModule(module, registry, Class);
  } catch (error) {
    if (error instanceof ValidationError) return undefined;
    throw error;
  }
}
