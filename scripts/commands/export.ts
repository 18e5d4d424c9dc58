/** `gctwin export`: a finding or an entry as one file for an engine's own developers. */
import { closeProgram } from '#fuzz/engines/closed/close.ts';
import { closingFor } from '#fuzz/engines/foreign/comparison.ts';
import { REPRODUCER_FORMATS, reproducer } from '#fuzz/engines/foreign/reproducer.ts';
import { nullEngine } from '#fuzz/engines/interpreter.ts';
import { UNAUDITED } from '#fuzz/engines/panel.ts';
import { describeFinding } from '#fuzz/findings/describe.ts';
import { reproducerFile } from '#fuzz/findings/files.ts';
import { replayCommand } from '#fuzz/findings/write.ts';
import { defineCommand } from '../cli/command.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { choice } from '../cli/kinds.ts';
import { option } from '../cli/option.ts';
import { readSource } from '../explain/source.ts';

export const command = defineCommand({
  name: 'export',
  summary: 'Write a finding as one file that runs without gctwin',
  details: [
    'PATH is a finding, a corpus entry or a module file. What the host does becomes part of the modules, so that the file needs',
    'nothing but the engine: as wast a script with assertions, as js a program for any JavaScript engine. What should happen',
    'is what our own runtime does without a planted bug and without freeing anything.',
  ].join('\n'),
  operands: { usage: 'PATH', min: 1, max: 1 },
  options: { as: option(choice(...REPRODUCER_FORMATS), 'the format', 'wast') },
  run: async ({ options, operands: [path] }, context) => {
    const { program, finding } = readSource(path!);
    const closed = closeProgram(program, finding?.engines && closingFor(finding.engines));
    const { outcomes } = nullEngine(UNAUDITED).run(closed.program);
    const story = finding === undefined ? [path!] : describeFinding(finding, replayCommand(path!));
    context.print(reproducer(options.as, closed, outcomes, { file: reproducerFile(options.as), story, engines: finding?.engines, isAboutValidity: finding?.failure.oracle === 'validity' }).trimEnd());
    return ExitCode.ok;
  },
});
