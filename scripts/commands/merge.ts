/** `gctwin merge`: the results of shards become one. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mergeStates } from '#fuzz/campaign/merge.ts';
import { State, StateError } from '#fuzz/campaign/state.ts';
import { findFindings, readFinding } from '#fuzz/findings/read.ts';
import { FindingError } from '#fuzz/findings/record.ts';
import { writeFinding } from '#fuzz/findings/write.ts';
import { summaryJson, summaryLines } from '../cli/campaign-report.ts';
import { defineCommand } from '../cli/command.ts';
import { DEFAULT_CRASHES, STATE_FILE, requireWritableFolder } from '../cli/crashes.ts';
import { InputError, UsageError } from '../cli/errors.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { asInput, asNamedInput, reading } from '../cli/input.ts';
import { jsonFlag, printJson } from '../cli/json.ts';
import { text } from '../cli/kinds.ts';
import { version } from '../cli/main.ts';
import { option } from '../cli/option.ts';

/** @throws InputError */
function openSource(folder: string): State {
  reading(folder, () => readdirSync(folder));
  const path = join(folder, STATE_FILE);
  if (!existsSync(path)) throw new InputError(`${folder} holds no ${STATE_FILE}`);
  return asNamedInput([StateError], () => State.open(path));
}

export const command = defineCommand({
  name: 'merge',
  summary: 'Join the results of campaigns that ran apart, such as shards',
  details: [
    `DIR is a folder of findings with its ${STATE_FILE}. The joined folder holds each signature once, as small as any of them found it;`,
    'counts are sums. The sources stay as they are.',
  ].join('\n'),
  operands: { usage: 'DIR..', min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    crashes: option(text('DIR'), 'where the joined results go', DEFAULT_CRASHES),
    json: jsonFlag,
  },
  run: async ({ options, operands }, context) => {
    const { crashes } = options;
    requireWritableFolder(crashes);
    if (operands.some((folder) => resolve(folder) === resolve(crashes))) throw new UsageError(`--crashes ${crashes} is one of the folders to be joined`);
    const states: State[] = [];
    try {
      for (const folder of operands) states.push(openSource(folder));
      const target = asNamedInput([StateError], () => State.open(join(crashes, STATE_FILE)));
      states.push(target);
      asInput(crashes, [StateError], () => mergeStates(states.slice(0, -1), target, { gctwin: version(), node: process.version }));
      const findings = target.findings();
      for (const { finding } of findings) writeFinding(crashes, finding);
      for (const path of operands.flatMap(findFindings)) writeFinding(crashes, asInput(path, [FindingError], () => readFinding(path)));
      const { progress } = target;
      for (const line of summaryLines(progress, findings.length)) context.print(line);
      if (options.json) printJson(context, summaryJson(progress, findings, crashes));
      return findings.length > 0 ? ExitCode.findings : ExitCode.ok;
    } finally {
      for (const state of states) state.close();
    }
  },
});
