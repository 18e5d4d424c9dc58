/** Validation and compilation of a Program's modules: done once, however many stores run it. */
import { ValidationError } from '#wasm/errors.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { differInBodiesOnly } from '#wasm/syntax/module.ts';
import type { Program } from '#fuzz/program/program.ts';
import { compileModule, recompileModule } from '#runtime/compile/compile.ts';
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

/**
 * What has been compiled of Programs with a single module, by its types, which mutants share with their parents. Another way to lay out
 * objects may remember things, and what it remembers of one case must not be there in the next.
 */
const relatives = new WeakMap<Module['recGroups'], CompiledModule>();

/** The same as if it had been compiled from scratch, except that code is in other places. */
function prepareRelative({ modules: [only, ...others] }: Program): Prepared | undefined {
  if (only === undefined || others.length > 0) return undefined;
  const { module } = only;
  const relative = relatives.get(module.recGroups);
  if (relative === undefined || !differInBodiesOnly(relative.module, module)) return undefined;
  return { registry: relative.context.registry, modules: [ifValid(() => recompileModule(relative, module))] };
}

function prepareModules(program: Program, Class: LayoutsClass): Prepared {
  const relative = Class === Layouts ? prepareRelative(program) : undefined;
  if (relative !== undefined) return relative;
  const registry = new TypeRegistry();
  const modules = program.modules.map(({ module }) => ifValid(() => compileModule(module, registry, Class)));
  const [only, ...others] = modules;
  if (Class === Layouts && only !== undefined && others.length === 0) relatives.set(only.module.recGroups, only);
  return { registry, modules };
}

function ifValid(compile: () => CompiledModule): CompiledModule | undefined {
  try {
    return compile();
  } catch (error) {
    if (error instanceof ValidationError) return undefined;
    throw error;
  }
}
