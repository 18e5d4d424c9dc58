/**
 * How one runs by hand what gctwin has run: the command lines of each family, to be pasted into a shell. Adapters call their programs in the same way,
 * if not on the same files.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { shellCommand } from '#util/shell.ts';
import { BINARYEN_OPTIONS } from '#fuzz/program/binaryen-features.ts';
import { CLOSED_HOST } from '../closed/host-module.ts';
import { passesFor } from './binaryen/passes.ts';
import { collectorFor } from './collectors.ts';
import type { ForeignCase, ForeignSpec } from './foreign-engine.ts';
import { isLibrary } from './foreign-engine.ts';
import { isJavaScript } from './process/is-javascript.ts';
import { BUILTINS_FLAG, COLLECT, EXCEPTIONS } from './wasmtime/abilities.ts';

/** A reproducer, which is to be run. */
export interface Runnable {
  /** Of its file. */
  readonly name: string;
  readonly one: ForeignCase;
  /** What a script has for the function that collects, if it needs one. */
  readonly collector?: readonly string[] | undefined;
}

/** A module of a script as a file of its own. It does not have the name of a file that a finding has. */
const TAKEN_OUT = 'closed.wasm';

/** Arguments of `wasm-opt`. @param passes in its own words */
export function optimiserArguments(passes: readonly string[], read: string, written: string): readonly string[] {
  return [...BINARYEN_OPTIONS, ...passes, read, '-o', written];
}

/** Arguments of `wasmtime`. */
export function wastArguments(flags: readonly string[], script: string): readonly string[] {
  return ['wast', ...flags, script];
}

/** A program that may be gone by now. */
function program(path: string): readonly string[] {
  const absolute = resolve(path);
  return existsSync(absolute) && isJavaScript(absolute) ? ['node', absolute] : [absolute];
}

/** The shell command that writes the script as one engine needs it, if it needs another function that collects. */
function adapting(spec: ForeignSpec, { name, collector }: Runnable): { readonly script: string; readonly before: readonly string[] } {
  const own = collectorFor(spec);
  if (collector === undefined || own === undefined || own === collector) return { script: name, before: [] };
  const script = `adapted-${name}`;
  return { script, before: [`${shellCommand(['sed', `s/^(module $gc .*/${own.join(' ')}/`, name])} > ${script}`] };
}

function wasmtimeCommands(spec: ForeignSpec, runnable: Runnable): readonly string[] {
  const { path, flags, environment } = spec;
  const { script, before } = adapting(spec, runnable);
  const isBuiltin = runnable.collector !== undefined && collectorFor(spec) === COLLECT;
  const all = [...flags, ...(isBuiltin ? [BUILTINS_FLAG] : []), ...(runnable.one.exceptions ? EXCEPTIONS : [])];
  return [...before, shellCommand([resolve(path), ...wastArguments(all, script)], environment)];
}

function shellCommands(spec: ForeignSpec, runnable: Runnable): readonly string[] {
  const { script, before } = adapting(spec, runnable);
  return [...before, shellCommand([...program(spec.path), script, ...spec.flags], spec.environment)];
}

function javaScriptCommands({ path, flags, environment }: ForeignSpec, { name }: Runnable): readonly string[] {
  return [shellCommand([resolve(path), ...flags, name], environment)];
}

/** The program that does what the library does: it comes with it. */
function optimiserProgram(path: string): readonly string[] {
  if (!isLibrary(path)) return program(path);
  const tool = resolve(join(dirname(path), 'bin', 'wasm-opt'));
  return existsSync(tool) ? program(tool) : ['wasm-opt'];
}

/** For the first module that is not the host's. */
function optimiserCommands(spec: ForeignSpec, { name, one }: Runnable): readonly string[] {
  const inOrder = one.steps.filter((step, i) => step.kind === 'instantiate' && /^(instantiated|trapped|invalid)$/.test(one.predicted[i]?.kind ?? ''));
  const position = 1 + Math.max(0, inOrder.findIndex(({ module }) => one.modules[module]!.name !== CLOSED_HOST));
  return [
    String.raw`sed -n 's/^(.*module .*binary "\([^"]*\)".*/\1/p' ${name} | sed -n ${position}p | tr -d '\\' | xxd -r -p > ${TAKEN_OUT}`,
    shellCommand([...optimiserProgram(spec.path), ...optimiserArguments(passesFor(spec, one), TAKEN_OUT, 'optimised.wasm')], spec.environment),
  ];
}

interface Recipe {
  readonly commands: (spec: ForeignSpec, runnable: Runnable) => readonly string[];
  readonly note?: string;
}

const JAVASCRIPT: Recipe = { commands: javaScriptCommands };
const SCRIPTS: Readonly<Record<string, Recipe>> = {
  wasmtime: { commands: wasmtimeCommands },
  binaryen: { commands: shellCommands, note: 'It shows traps, and does not compare their texts.' },
  'binaryen-opt': { commands: optimiserCommands, note: 'These take one module out of this file and optimise it. What is written must then do in its place what is asserted; so with each module of this file.' },
};
const RECIPES: Readonly<Record<'wast' | 'js', Readonly<Record<string, Recipe>>>> = { wast: SCRIPTS, js: { v8: JAVASCRIPT, jsc: JAVASCRIPT, spidermonkey: JAVASCRIPT } };

/** For the comment on top of a reproducer. @returns nothing where none of the engines can run it */
export function howToRun(format: keyof typeof RECIPES, engines: readonly ForeignSpec[], runnable: Runnable): readonly string[] {
  return engines.flatMap((spec) => {
    const recipe = RECIPES[format][spec.family];
    if (recipe === undefined) return [];
    return [`With ${spec.name}:`, ...recipe.commands(spec, runnable).map((command) => `  ${command}`), ...(recipe.note === undefined ? [] : [recipe.note])];
  });
}
