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

/** Like `prepared`, then by how many ids are free and which modules are wanted in what order. */
const renewed = new WeakMap<LayoutsClass, WeakMap<Program['modules'], Map<string, Prepared>>>();

/**
 * The same for a store that takes the place of another one: the modules that it instantiates are compiled when it is there, with types that
 * get the numbers of those that are gone.
 * @param step position of the step at which the old store ends
 * @param before what the old store ran
 */
export function prepareRenewed(program: Program, step: number, before: Prepared, Class: LayoutsClass): Prepared {
  const order = instantiatedAfter(program, step);
  const free = typesOf(before);
  const key = `${free} ${order.join()}`;
  let alike = renewed.get(Class);
  if (alike === undefined) renewed.set(Class, (alike = new WeakMap()));
  let byKey = alike.get(program.modules);
  if (byKey === undefined) alike.set(program.modules, (byKey = new Map()));
  let known = byKey.get(key);
  if (known === undefined) byKey.set(key, (known = prepareInOrder(program, order, new TypeRegistry(free), Class)));
  return known;
}

/** How many ids the modules' types have. The registry may have more, by what others have run that share it: cases must not depend on that. */
function typesOf({ modules }: Prepared): number {
  let count = 0;
  for (const module of modules) for (const id of module?.context.typeIds ?? []) count = Math.max(count, id + 1);
  return count;
}

function instantiatedAfter({ steps, modules }: Program, step: number): readonly number[] {
  const order = new Set<number>();
  for (const next of steps.slice(step + 1)) {
    if (next.kind === 'renew') break;
    if (next.kind === 'instantiate' && next.module < modules.length) order.add(next.module);
  }
  return [...order];
}

function prepareInOrder({ modules }: Program, order: readonly number[], registry: TypeRegistry, Class: LayoutsClass): Prepared {
  const compiled: (CompiledModule | undefined)[] = modules.map(() => undefined);
  for (const index of order) compiled[index] = ifValid(() => compileModule(modules[index]!.module, registry, Class));
  return { registry, modules: compiled };
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
