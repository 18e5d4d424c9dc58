/**
 * A closed Program as a script for engines that read the official test suite's format. What Wasmtime is wrong about is told in text, so that people
 * can read it. Others have readers of their own for text, in which their bug need not be: they get the bytes, with the text as a comment.
 */
import { print } from '#wasm/text/print.ts';
import type { ClosedProgram } from '../closed/close.ts';
import type { ObservedOutcome } from '../observation.ts';
import type { About } from './about.ts';
import { NO_COLLECTOR } from './binaryen/scripts.ts';
import { commonCollector } from './collectors.ts';
import { howToRun } from './command-line.ts';
import { comment } from './comment.ts';
import type { Comparison } from './comparison.ts';
import { familiesOf, foreignOf } from './comparison.ts';
import { foreignCase } from './foreign-engine.ts';
import type { ScriptOptions } from './wast.ts';
import { scriptOf } from './wast.ts';
import { BUILTINS_FLAG, BUILTINS_SINCE, COLLECT_BY_READING } from './wasmtime/abilities.ts';

/** Families that gctwin gives bytes, and whose bugs may be in what reads these. */
const GIVEN_BYTES: ReadonlySet<string> = new Set(['binaryen', 'binaryen-opt', 'wabt', 'wabt-interp']);

function isGivenBytes(engines: Comparison | undefined): boolean {
  return engines !== undefined && familiesOf(engines).some((family) => GIVEN_BYTES.has(family));
}

function asksForCollections({ program }: ClosedProgram): boolean {
  return program.modules.some(({ module }) => module.imports.some((entry) => entry.module === 'env'));
}

/** What there is to say of the module that offers the function that collects. */
function noteOn(collector: readonly string[]): readonly string[] {
  if (collector === NO_COLLECTOR) return ['The function that collects does nothing, for there is nothing that collects.'];
  if (collector === COLLECT_BY_READING) return [`The function that collects reads references, which makes Wasmtime collect before ${BUILTINS_SINCE}.`];
  return [
    `Wasmtime needs ${BUILTINS_FLAG} to offer the function that collects. Before ${BUILTINS_SINCE} it has none, but reading references collects: put this in place of the next module.`,
    ...COLLECT_BY_READING,
  ];
}

/** Modules as they stand in the script. */
function forms(closed: ClosedProgram, { engines, isAboutValidity = false }: About): Pick<ScriptOptions, 'moduleText' | 'above' | 'namesInBytes'> {
  const textOf = (position: number): string => print(closed.program.modules[position]!.module).trimEnd();
  if (!isGivenBytes(engines) && (engines === undefined || !isAboutValidity)) return { moduleText: (position, id) => textOf(position).replace(/^\(module/, `(module ${id}`) };
  return { above: (position) => comment(';;', textOf(position).split('\n')).split('\n'), namesInBytes: engines !== undefined && familiesOf(engines).includes('binaryen') };
}

export function scriptReproducer(closed: ClosedProgram, predicted: readonly ObservedOutcome[], about: About): string {
  const engines = about.engines === undefined ? [] : foreignOf(about.engines);
  const collector = asksForCollections(closed) ? commonCollector(engines) : undefined;
  const one = foreignCase(closed, predicted);
  const head = [
    ...about.story,
    '',
    ...howToRun('wast', engines, { name: about.file, one, collector }),
    'What is asserted is what the engines should do.',
    ...(collector === undefined ? [] : noteOn(collector)),
  ];
  const { text } = scriptOf([one], { prelude: collector ?? [], trapTexts: true, ...forms(closed, about) });
  return `${comment(';;', head)}\n${text}`;
}
