/** `gctwin promote`: a finding becomes an entry of the corpus. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { findFault } from '#fuzz/faults/registry.ts';
import { readFinding } from '#fuzz/findings/read.ts';
import { FindingError } from '#fuzz/findings/record.ts';
import { removeFinding } from '#fuzz/findings/remove.ts';
import { loadReaders } from '#fuzz/oracles/readers.ts';
import { EntryError } from '#fuzz/program/entry.ts';
import { writeEntry } from '#fuzz/program/write-entry.ts';
import { entryOf } from '#fuzz/replay/promote.ts';
import { replayEntry } from '#fuzz/replay/replay-entry.ts';
import { problemLines } from '#fuzz/replay/replay.ts';
import { defineCommand } from '../cli/command.ts';
import { requireWritableFolder } from '../cli/crashes.ts';
import { InputError } from '../cli/errors.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { asInput, reading } from '../cli/input.ts';
import { jsonFlag, printJson } from '../cli/json.ts';
import { text } from '../cli/kinds.ts';
import { flag, option, type Kind } from '../cli/option.ts';

const slugKind: Kind<string> = {
  placeholder: 'SLUG',
  wants: 'a name of lower-case letters, digits and single hyphens',
  parse: (value) => (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(value) ? value : undefined),
};

export const command = defineCommand({
  name: 'promote',
  summary: 'Move a finding to the corpus, to be replayed from now on',
  details: [
    'FINDING is the folder of a finding. It becomes an entry in regressions/ of the corpus: text of its modules, what the host does, and',
    'what happens on a healthy runtime, which is measured. The entry must pass in the whole matrix of settings that replay',
    'goes through; one that was found with a planted bug must also fail with it. Otherwise the finding stays where it is',
    '(exit status 1), unless --open says that it is known not to pass yet. Nothing is ever overwritten.',
  ].join('\n'),
  operands: { usage: 'FINDING', min: 1, max: 1 },
  options: {
    name: option(slugKind, "name of the entry; default that of the finding's folder"),
    title: option(text('TEXT'), 'what the case does, in one line; default the signature'),
    story: option(text('TEXT'), 'what goes wrong, or went wrong, and why; default what the finding says'),
    corpus: option(text('DIR'), 'folder of the corpus', 'corpus'),
    open: flag('make an entry of what does not pass yet'),
    json: jsonFlag,
  },
  run: async ({ options, operands }, context) => {
    const source = operands[0]!;
    reading(source, () => readdirSync(source));
    const finding = asInput(source, [FindingError], () => readFinding(source));
    const name = options.name ?? basename(resolve(source));
    if (slugKind.parse(name) === undefined) throw new InputError(`${JSON.stringify(name)} cannot name an entry, so --name must`);
    const path = join(options.corpus, 'regressions', name);
    if (existsSync(path)) throw new InputError(`${path} is there already`);
    requireWritableFolder(path);
    const fault = finding.fault === undefined ? undefined : findFault(finding.fault);
    if (fault?.slug !== finding.fault) throw new InputError(`${source} was found with the planted bug ${finding.fault}, which this version does not know`);

    const entry = entryOf(finding, { name, title: options.title, story: options.story }, options.open);
    if (entry === undefined) throw new InputError(`${source} comes to its end on no engine, so nobody can say what should happen`);
    const { problems } = replayEntry(entry, { toCatch: fault, readers: await loadReaders() });
    const passes = problems.length === 0;
    for (const line of problemLines(problems)) context.print(line);
    if (options.open && passes) throw new InputError(`${source} passes everywhere, so it is not open`);
    const promoted = passes || options.open;
    if (promoted) {
      asInput(path, [EntryError], () => writeEntry(path, entry));
      removeFinding(source, finding);
    }
    context.print(promoted ? `${source} is now ${path}` : `${source} does not pass, so it stays where it is; --open promotes it all the same`);
    if (options.json) printJson(context, { promoted, path: promoted ? path : source });
    return promoted ? ExitCode.ok : ExitCode.findings;
  },
});
