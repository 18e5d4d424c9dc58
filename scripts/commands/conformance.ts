/** `gctwin conformance`: runs scripts of the official test suite. */
import { setImmediate } from 'node:timers/promises';
import { ScriptError } from '#spec/json.ts';
import { reportOf } from '#spec/report.ts';
import { reportLines } from '#spec/report-text.ts';
import type { Setting } from '#spec/run-script.ts';
import { DEFAULT_SETTINGS } from '#spec/settings.ts';
import { findScripts, loadScript, runSettings, type ScriptFile, type ScriptRun } from '#spec/suite.ts';
import { defineCommand } from '../cli/command.ts';
import { InputError } from '../cli/errors.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { asInput, reading } from '../cli/input.ts';
import { jsonFlag, printJson } from '../cli/json.ts';
import { text } from '../cli/kinds.ts';
import { option } from '../cli/option.ts';
import { anyRuntimeOption, runtimeOptions, storeOptions, type RuntimeOptionValues } from '../cli/runtime-options.ts';

function settingsOf(values: RuntimeOptionValues): readonly Setting[] {
  if (!anyRuntimeOption(values)) return DEFAULT_SETTINGS;
  const collector = values.collector ?? 'drc';
  return [{ name: `${collector}, as given`, collector, options: storeOptions(values) }];
}

/** @throws InputError */
function scriptsIn(path: string, filter: string | undefined): readonly ScriptFile[] {
  const scripts = reading(path, () => findScripts(path)).filter(({ id }) => filter === undefined || id.includes(filter));
  if (scripts.length === 0) throw new InputError(`${path} holds no scripts${filter === undefined ? '' : ` called ${filter}`}`);
  return scripts;
}

async function runAll(
  files: readonly ScriptFile[],
  settings: readonly Setting[],
  interrupted: AbortSignal,
): Promise<readonly ScriptRun[]> {
  const runs: ScriptRun[] = [];
  for (const file of files) {
    const script = asInput(file.path, [ScriptError], () => loadScript(file));
    if (script !== undefined) runs.push(runSettings(file, script, settings));
    // Lets Ctrl-C be heard between scripts.
    await setImmediate();
    if (interrupted.aborted) break;
  }
  return runs;
}

export const command = defineCommand({
  name: 'conformance',
  summary: 'Run scripts of the official test suite on both collectors',
  details: [
    'DIR holds scripts as `wast2json` or `wasm-tools json-from-wast` write them: JSON files beside modules.',
    'Each runs on the null collector, on drc, and on drc with a collection and an audit at every safe point;',
    'the runs must agree. Any option about the runtime narrows this to one run with these options.',
  ].join('\n'),
  operands: { usage: 'DIR..', min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    filter: option(text('SUBSTRING'), 'run only scripts whose path below DIR contains this'),
    json: jsonFlag,
    ...runtimeOptions,
  },
  run: async ({ options, operands }, context) => {
    const settings = settingsOf(options);
    const files = operands.flatMap((path) => scriptsIn(path, options.filter));
    const runs = await runAll(files, settings, context.untilInterrupted());
    if (runs.length === 0) throw new InputError(`no JSON file in ${operands.join(', ')} is a script`);
    const report = reportOf(runs, settings);
    for (const line of reportLines(runs, report)) context.print(line);
    if (options.json) printJson(context, report);
    return report.failed > 0 || report.differences.length > 0 ? ExitCode.findings : ExitCode.ok;
  },
});
