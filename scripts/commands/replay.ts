/** `gctwin replay`: runs findings again. */
import type { Verdict } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import { ALL_ORACLES, twins } from '#fuzz/campaign/twins.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import type { Finding } from '#fuzz/findings/finding.ts';
import { findFindings, readFinding } from '#fuzz/findings/read.ts';
import { FindingError } from '#fuzz/findings/record.ts';
import type { Reader } from '#fuzz/oracles/readers.ts';
import { loadReaders } from '#fuzz/oracles/readers.ts';
import { defineCommand } from '../cli/command.ts';
import { InputError } from '../cli/errors.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { faultKind } from '../cli/fault.ts';
import { asInput, reading } from '../cli/input.ts';
import { jsonFlag, printJson } from '../cli/json.ts';
import { option, type Kind } from '../cli/option.ts';

/** `none` is the healthy runtime. */
const replayFault: Kind<string> = {
  placeholder: 'SLUG|none',
  wants: `'none' or ${faultKind.wants}`,
  parse: (text) => (text === 'none' ? text : faultKind.parse(text)),
};

interface Entry {
  readonly path: string;
  readonly passed: boolean;
  readonly result: string;
}

/** @throws InputError */
function findingsIn(path: string): readonly string[] {
  const folders = reading(path, () => findFindings(path));
  if (folders.length === 0) throw new InputError(`${path} holds no findings`);
  return folders;
}

/** The slug to plant; undefined for none. @throws InputError when this version does not know it */
function faultFor(path: string, finding: Finding, wanted: string | undefined): string | undefined {
  if (wanted !== undefined) return wanted === 'none' ? undefined : wanted;
  if (finding.fault !== undefined && findFault(finding.fault) === undefined) {
    throw new InputError(`${path} was found with the planted bug ${finding.fault}, which this version does not know`);
  }
  return finding.fault;
}

/** Only agreement passes: a case that reaches a limit shows nothing. */
function describe(verdict: Verdict, signature: string): string {
  if (verdict.kind === 'agree') return 'passes: the collectors agree';
  if (verdict.kind === 'inconclusive') return `fails: inconclusive, ${verdict.reason}`;
  const found = signatureOf(verdict.failure);
  return found === signature ? `fails as recorded: ${found}` : `fails otherwise than recorded: ${found}, not ${signature}`;
}

function replay(path: string, wanted: string | undefined, readers: readonly Reader[]): Entry {
  const finding = asInput(path, [FindingError], () => readFinding(path));
  const slug = faultFor(path, finding, wanted);
  const run = twins({ fault: slug === undefined ? undefined : findFault(slug), oracles: ALL_ORACLES, readers });
  const { verdict } = run(finding.program);
  const planted = slug === undefined ? '' : ` (with ${slug} planted)`;
  const detail = verdict.kind === 'disagree' ? `\n  ${verdict.failure.message}` : '';
  return { path, passed: verdict.kind === 'agree', result: describe(verdict, signatureOf(finding.failure)) + planted + detail };
}

export const command = defineCommand({
  name: 'replay',
  summary: 'Run findings again and say whether they still show',
  details: [
    'PATH is the folder of a finding, or a folder of such folders. Each finding runs with the planted bug it was found',
    'with, if any; --fault none runs it on the healthy runtime. A finding passes when the collectors agree and the audits',
    'are content; exit status 1 says that some finding does not.',
  ].join('\n'),
  operands: { usage: 'PATH..', min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    fault: option(replayFault, 'plant this bug instead of the recorded one'),
    json: jsonFlag,
  },
  run: async ({ options, operands }, context) => {
    const paths = operands.flatMap(findingsIn);
    const readers = await loadReaders();
    const entries = paths.map((path) => replay(path, options.fault, readers));
    for (const { path, result } of entries) context.print(`${path}: ${result}`);
    const passed = entries.filter((entry) => entry.passed).length;
    const failed = entries.length - passed;
    context.print(`${passed} passed, ${failed} failed`);
    if (options.json) printJson(context, { passed, failed, entries });
    return failed > 0 ? ExitCode.findings : ExitCode.ok;
  },
});
