/** How a module fails, if it does, when its exports are called and a bug is planted: one run on one collector, no more than that takes. */
import { interpreterEngine } from '#fuzz/engines/interpreter.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import { defaultProgram } from '#fuzz/minimize/default-program.ts';
import { engineFault } from '#fuzz/oracles/engine-fault.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import { PARTS } from '#runtime/parts.ts';
import type { Module } from '#wasm/syntax/module.ts';

/** The signature of what goes wrong with a module; undefined when nothing does. */
export type Evidence = (module: Module) => string | undefined;

/** @param slug of the bug */
export function evidenceOf(slug: string): Evidence {
  const engine = interpreterEngine('drc', findFault(slug)!.plant(PARTS.drc), { audit: 'collections', integrity: false });
  return (module) => {
    const verdict = engineFault([{ engine: engine.name, observation: engine.run(defaultProgram(module)) }]);
    return verdict?.kind === 'disagree' ? signatureOf(verdict.failure) : undefined;
  };
}
