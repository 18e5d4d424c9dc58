/**
 * Modules that are known to be valid. What an edit makes of one of them shares all that it left alone, and what is shared needs no
 * second look.
 */
import type { Func, Module } from '#wasm/syntax/module.ts';
import { differInBodiesOnly } from '#wasm/syntax/module.ts';
import type { ModuleContext } from '#wasm/valid/module-context.ts';

/** By the type section, which edits rarely touch. */
const contexts = new WeakMap<Module['recGroups'], ModuleContext>();
/** Where the body of a function is valid. */
const homes = new WeakMap<Func, ModuleContext>();

/** @param context of a valid module */
export function remember(context: ModuleContext): void {
  contexts.set(context.module.recGroups, context);
  for (const func of context.module.functions) homes.set(func, context);
}

/** The context of a known module that differs from this one in function bodies at most; it is good for both. */
export function knownContext(module: Module): ModuleContext | undefined {
  const context = contexts.get(module.recGroups);
  return context !== undefined && differInBodiesOnly(context.module, module) ? context : undefined;
}

/** @param context a known one of the function's module */
export function isKnown(func: Func, context: ModuleContext): boolean {
  return homes.get(func) === context;
}
