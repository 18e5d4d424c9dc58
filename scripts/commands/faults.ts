/** `gctwin faults`: what can be planted, and what it looks like. */
import { existsSync } from 'node:fs';
import type { Fault } from '#fuzz/faults/fault.ts';
import { FAULTS, findFault } from '#fuzz/faults/registry.ts';
import { loadReaders } from '#fuzz/oracles/readers.ts';
import { EntryError, readEntry } from '#fuzz/program/entry.ts';
import { demonstrate, isAsTold } from '#fuzz/replay/demonstrate.ts';
import { defineCommand } from '../cli/command.ts';
import { InputError, UsageError } from '../cli/errors.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { faultsNear } from '../cli/fault.ts';
import { demonstrationLines, faultLines, listLines } from '../cli/fault-report.ts';
import { asInput } from '../cli/input.ts';
import { jsonFlag, printJson } from '../cli/json.ts';

const MODULES = 'corpus/regressions';

/** @throws UsageError that names what may be meant */
function faultNamed(slug: string): Fault {
  const fault = findFault(slug);
  if (fault !== undefined) return fault;
  const near = faultsNear(slug);
  const hint = near.length === 0 ? 'gctwin faults lists them' : `near it: ${near.join(', ')}`;
  throw new UsageError(`'${slug}' is no planted bug; ${hint}`);
}

/** @throws InputError */
function entryOf({ slug }: Fault) {
  const path = `${MODULES}/${slug}`;
  if (!existsSync(path)) throw new InputError(`there is no folder ${path} here, which shows the bug`);
  return { path, ...asInput(path, [EntryError], () => readEntry(path)) };
}

export const command = defineCommand({
  name: 'faults',
  summary: 'List the bugs that can be planted, or tell the story of one and show it',
  details: [
    'Without SLUG it lists all of them: name, class, title, and whether the twins are blind to it because they share the faulty code.',
    '',
    'With SLUG it tells what goes wrong, where it lies and which oracles can see it, and runs the module in corpus/regressions that',
    'was made for it: on the healthy runtime, with the bug planted, and planted under the settings of replay.',
    '',
    'Exit status: 1 the module does not show the bug as it is told.',
  ].join('\n'),
  operands: { usage: '[SLUG]', min: 0, max: 1 },
  options: { json: jsonFlag },
  run: async ({ options, operands }, context) => {
    const [slug] = operands;
    if (slug === undefined) {
      for (const line of listLines(FAULTS)) context.print(line);
      if (options.json) printJson(context, { faults: FAULTS });
      return ExitCode.ok;
    }
    const fault = faultNamed(slug);
    const { path, program } = entryOf(fault);
    for (const line of faultLines(fault)) context.print(line);
    const demonstration = demonstrate(fault, program, await loadReaders());
    for (const line of demonstrationLines(path, demonstration)) context.print(line);
    const asTold = isAsTold(fault, demonstration);
    if (options.json) {
      const { healthy, planted, settings, catches } = demonstration;
      printJson(context, { ...fault, asTold, healthy, planted, settings, catches: Object.fromEntries(catches) });
    }
    return asTold ? ExitCode.ok : ExitCode.findings;
  },
});
