/** `gctwin engines`: which engines are there, and what they make of a suite that all of them run. */
import { writeFileSync } from 'node:fs';
import type { ChosenEngine } from '#fuzz/engines/foreign/comparison.ts';
import { TWIN_NAMES, describeEngine } from '#fuzz/engines/foreign/comparison.ts';
import type { EnginePaths } from '#fuzz/engines/foreign/engine-paths.ts';
import { foreignNames, variantNamed } from '#fuzz/engines/foreign/families.ts';
import { EntryError } from '#fuzz/program/entry.ts';
import { ScriptError } from '#spec/json.ts';
import type { Context } from '../cli/command.ts';
import { defineCommand } from '../cli/command.ts';
import { engineName, engineNamed, pathOptions, pathsFrom } from '../cli/engines.ts';
import { InputError, UsageError } from '../cli/errors.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { asInput, reading } from '../cli/input.ts';
import { jsonFlag, printJson } from '../cli/json.ts';
import { list, text } from '../cli/kinds.ts';
import { flag, option, repeated } from '../cli/option.ts';
import { UNEXPLAINED } from '../engines/explanations.ts';
import type { SmokeColumn } from '../engines/smoke-suite.ts';
import { corpusScripts, describeColumn, runSmoke, smokeTable, vectorScripts } from '../engines/smoke-suite.ts';
import type { TriedOut } from '../engines/try-out.ts';
import { tryOut } from '../engines/try-out.ts';

const CORPUS = 'corpus';
const TABLE_HEADING = '# Smoke suite\n\nWritten by `gctwin engines --smoke`; how to read it is told in [engines.md](engines.md#smoke-suite).';

interface SmokeOptions {
  readonly vectors: readonly string[];
  readonly out: string | undefined;
}

interface Listed extends TriedOut {
  readonly name: string;
  readonly summary: string;
  readonly path?: string;
  readonly version?: string;
  readonly flags?: readonly string[];
}

async function look(name: string, paths: EnginePaths): Promise<Listed> {
  const { summary } = variantNamed(name)!;
  try {
    const spec = await engineNamed(name, paths);
    if (typeof spec === 'string') return { name, summary, status: 'works' };
    const { path, version, flags } = spec;
    return { name, summary, path, version, flags, ...(await tryOut(spec)) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { name, summary, status: error.message };
  }
}

const NAME_WIDTH = 31;

function linesOf({ name, summary, version, path, features = [], status }: Listed): readonly string[] {
  const where = path === undefined ? '' : `${version} at ${path}; `;
  const line = `${name.padEnd(NAME_WIDTH)}${where}${summary}: ${status}`;
  return features.length === 0 ? [line] : [line, ' '.repeat(NAME_WIDTH) + features.join(', ')];
}

/** Those of the names that are there, with all that starts them. */
async function present(names: readonly string[], paths: EnginePaths): Promise<readonly ChosenEngine[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        return await engineNamed(name, paths);
      } catch (error) {
        if (error instanceof InputError) return undefined;
        throw error;
      }
    }),
  );
  return found.filter((engine) => engine !== undefined);
}

/** @returns whether everything that is not as expected is explained */
async function smokeSuite(engines: readonly ChosenEngine[], { vectors, out }: SmokeOptions, context: Context): Promise<boolean> {
  const corpus = asInput(CORPUS, [EntryError], () => reading(CORPUS, () => corpusScripts(CORPUS)));
  const scripts = [...corpus, ...vectors.flatMap((folder) => asInput(folder, [ScriptError], () => reading(folder, () => vectorScripts(folder))))];
  const columns: SmokeColumn[] = [];
  for (const engine of engines) {
    const column = await runSmoke(engine, scripts);
    columns.push(column);
    context.print(`${describeEngine(engine)}: ${describeColumn(column)}`);
  }
  const table = smokeTable(scripts, columns);
  if (out === undefined) for (const line of table) context.print(line);
  else writeFileSync(out, `${TABLE_HEADING}\n\n${table.join('\n')}\n`);
  return !table.some((line) => line.includes(UNEXPLAINED));
}

export const command = defineCommand({
  name: 'engines',
  summary: 'List the engines that can be compared',
  details: [
    'Engines other than the twins run in processes of their own. Each is looked for where --engine-path says, then where the',
    'environment says (GCTWIN_WASMTIME and so on), among what npm has installed, and on PATH. What is there runs one small',
    'module, and one for each feature: it works, and has the feature, if it does as our own runtime does. --smoke runs the',
    'corpus, and the official scripts in the folders that --vectors names, on all engines that are there; it ends with 1 if',
    'anything is not as expected and not explained.',
  ].join('\n'),
  operands: { usage: '', min: 0, max: 0 },
  options: {
    ...pathOptions,
    engine: option(list(engineName), 'only these engines'),
    smoke: flag('run the corpus and the vectors on every engine that is there, and show a table'),
    vectors: repeated(text('DIR'), 'scripts of the official suite for the smoke suite, as JSON'),
    out: option(text('FILE'), 'where the table of the smoke suite goes'),
    json: jsonFlag,
  },
  run: async ({ options }, context) => {
    const { engine = [...TWIN_NAMES, ...foreignNames()] } = options;
    if (options.smoke) return (await smokeSuite(await present(engine, pathsFrom(options)), options, context)) ? ExitCode.ok : ExitCode.findings;
    if (options.out !== undefined || options.vectors.length > 0) throw new UsageError('--vectors and --out are for --smoke');
    const listed: Listed[] = [];
    for (const name of engine.filter((one) => foreignNames().includes(one))) {
      const one = await look(name, pathsFrom(options));
      listed.push(one);
      for (const line of linesOf(one)) context.print(line);
    }
    if (options.json) printJson(context, { engines: listed });
    return ExitCode.ok;
  },
});
