/** A case as one module, for engines that run no more than one: its exports are the calls of the case, to be made in their order. */
import { decode } from '#wasm/binary/decode.ts';
import { DecodeError } from '#wasm/errors.ts';
import type { NamedModule } from '#wasm/syntax/link.ts';
import { linked } from '#wasm/syntax/link.ts';
import type { Export, Module } from '#wasm/syntax/module.ts';
import { usesGcTypes } from '../../closed/gc-types.ts';
import type { ForeignCase } from '../foreign-engine.ts';

/** Name of the export that makes the call of a step. */
export function callExport(step: number): string {
  return `step ${step}`;
}

/** @returns why not, if it cannot be one */
export function linkedCase(one: ForeignCase): Module | string {
  const { steps, predicted, exceptions } = one;
  if (exceptions) return 'exceptions';
  const modules = decoded(one);
  if (modules === undefined) return 'a module that our own reader does not know';
  if (modules.some(({ module }) => usesGcTypes(module))) return 'GC types';
  if (modules.some(({ module }) => module.tables.some(({ init }) => init !== undefined))) return 'initial values of tables';
  const why = whyNot(one, modules);
  if (why !== undefined) return why;
  const order = predicted.flatMap((_, i) => (steps[i]!.kind === 'instantiate' ? [steps[i]!.module] : []));
  const all = linked(order.map((position) => modules[position]!));
  const exports = predicted.flatMap(({ kind }, i): readonly Export[] => {
    const step = steps[i]!;
    if (step.kind !== 'call' || kind === 'skipped') return [];
    const { index } = all.exports.find(({ name }) => name === `${step.export}@${order.indexOf(step.module)}`)!;
    return [{ name: callExport(i), kind: 'func', index }];
  });
  return { ...all, exports };
}

/** One module is instantiated at once, and calls nothing meanwhile. */
function whyNot({ steps, predicted }: ForeignCase, modules: readonly NamedModule[]): string | undefined {
  const instantiated = predicted.flatMap((_, i) => (steps[i]!.kind === 'instantiate' ? [i] : []));
  if (instantiated.some((i) => predicted[i]!.kind !== 'instantiated')) return 'a module that is not instantiated';
  const positions = instantiated.map((i) => steps[i]!.module);
  if (new Set(positions).size < positions.length) return 'a module that is instantiated again';
  const firstCall = predicted.findIndex((_, i) => steps[i]!.kind !== 'instantiate');
  if (firstCall !== -1 && instantiated.some((i) => i > firstCall)) return 'a module that is instantiated after a call';
  return positions.some((position) => modules[position]!.module.start !== undefined) ? 'a start function' : undefined;
}

function decoded({ modules }: ForeignCase): readonly NamedModule[] | undefined {
  try {
    return modules.map(({ name, bytes }) => ({ name, module: decode(bytes) }));
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}
