/** `gctwin minimize`: makes a module, or the Program of a finding, as small as it gets while a test holds. */
import { availableParallelism } from 'node:os';
import { CommandError } from '#fuzz/minimize/command.ts';
import { CommandTest } from '#fuzz/minimize/command-test.ts';
import type { CommandJudge, JudgedBy, Minimization, MinimizeResult } from '#fuzz/minimize/minimize.ts';
import type { Smaller } from '#fuzz/minimize/protocol.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import { describeMoves } from '#fuzz/replay/recorded-engines.ts';
import type { Context } from '../cli/command.ts';
import { defineCommand } from '../cli/command.ts';
import { pairOptions } from '../cli/engines.ts';
import { InputError, UsageError } from '../cli/errors.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { jsonFlag, printJson } from '../cli/json.ts';
import { commandLine, integer, seconds, text } from '../cli/kinds.ts';
import type { Values } from '../cli/option.ts';
import { flag, option } from '../cli/option.ts';
import type { Destination } from '../minimize/destination.ts';
import { destinationOf } from '../minimize/destination.ts';
import { describeCustoms, describeSize, describeTries } from '../minimize/report.ts';
import { prepareMinimization, Session } from '../minimize/session.ts';
import type { Subject } from '../minimize/subject.ts';
import { readSubject } from '../minimize/subject.ts';

const MAX_JOBS = 1024;
const DEFAULT_TEST_SECONDS = 10;

const minimizeOptions = {
  test: option(commandLine, 'what must hold: this command, given the path of a candidate as its last argument, ends with status 0'),
  jobs: option(integer(1, MAX_JOBS), 'with --test: candidates that are tested at a time; default one for each core. The result does not depend on it'),
  'test-timeout': option(seconds, 'with --test: a run that takes longer is ended, and does not hold', DEFAULT_TEST_SECONDS),
  fault: option(text('SLUG'), 'plant this bug instead of the one that a finding was found with'),
  ...pairOptions,
  original: flag('begin with the module of a finding as it was found'),
  out: option(text('PATH'), 'where the result goes; default FILE.min.wasm and FILE.min.wat, or the folder FINDING.min'),
  force: flag('replace what is there'),
  'max-time': option(seconds, 'end after so long with the best so far'),
  json: jsonFlag,
} as const;
type MinimizeOptions = Values<typeof minimizeOptions>;

/** The command that judges, if one does. @throws UsageError */
function commandOf({ test, jobs, 'test-timeout': timeout, fault, subject, reference, suppress, 'engine-path': paths }: MinimizeOptions): CommandJudge | undefined {
  if (test === undefined) {
    if (jobs !== undefined) throw new UsageError('--jobs wants --test');
    return undefined;
  }
  const excluded = Object.entries({ fault, subject, reference, suppress, 'engine-path': paths[0] }).find(([, value]) => value !== undefined);
  if (excluded !== undefined) throw new UsageError(`--test and --${excluded[0]} exclude each other`);
  return { kind: 'command', words: test, timeoutMs: 1000 * timeout, jobs: jobs ?? availableParallelism() };
}

/** @throws UsageError, InputError */
async function judgeOf(subject: Subject, command: CommandJudge | undefined, options: MinimizeOptions): Promise<JudgedBy> {
  if (command !== undefined) {
    if (subject.kind === 'finding') throw new UsageError('--test wants a module file, such as module.wasm of a finding');
    return command;
  }
  // The planted bugs and the engines take longer to load than all else.
  const { judgeByEngines } = await import('../minimize/engines-judge.ts');
  return await judgeByEngines(subject, options);
}

/** Which programs judge that are not those that a finding was found with. */
function movesOf(subject: Subject, judgedBy: JudgedBy): readonly string[] {
  if (subject.kind !== 'finding' || subject.finding.engines === undefined) return [];
  if (judgedBy.kind !== 'failure' || judgedBy.failure === undefined || judgedBy.engines === undefined) return [];
  return describeMoves(subject.finding.engines, judgedBy.engines);
}

/** The finding that is written names the engines that were asked. */
function recordedAs(subject: Subject, judgedBy: JudgedBy): Subject {
  return subject.kind === 'finding' && judgedBy.kind === 'failure' ? { ...subject, finding: { ...subject.finding, engines: judgedBy.engines } } : subject;
}

/** Whether the command holds for the file as it is. */
async function holdsForFile(subject: Subject, judgedBy: JudgedBy): Promise<boolean> {
  if (judgedBy.kind !== 'command' || subject.kind !== 'file') return false;
  const test = new CommandTest(judgedBy);
  try {
    return (await test.run(subject.contents).outcome).kind === 'holds';
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  } finally {
    await test.close();
  }
}

/** Why there is nothing to do. */
async function refusal(subject: Subject, judgedBy: JudgedBy, { because, why }: MinimizeResult & { kind: 'refused' }): Promise<InputError> {
  const { path } = subject;
  if (because === 'empty') return new InputError(`the test holds for the empty module, so that would be the result`);
  if (judgedBy.kind === 'failure') return new InputError(judgedBy.failure === undefined ? `nothing goes wrong with ${path} on these engines: ${why}` : `${path} does not fail as recorded: ${why}`);
  if (judgedBy.kind === 'module') {
    return new InputError(`nothing goes wrong with ${path}: ${why}. Say with --test COMMAND what makes it interesting, or with --fault SLUG which bug to plant`);
  }
  if (subject.kind === 'file' && (await holdsForFile(subject, judgedBy))) {
    const without = subject.customs.length === 0 ? '' : `, without the custom sections ${describeCustoms(subject.customs)}`;
    return new InputError(`the test holds for ${path} as it is, but no longer for the same module in the plain form that gctwin writes${without}`);
  }
  return new InputError(`the test does not hold for the input: ${judgedBy.words.join(' ')} ${path}: ${why}`);
}

function describeBeginning(subject: Subject, judgedBy: JudgedBy, { failure }: Smaller): string {
  if (judgedBy.kind === 'command') return `the test holds for ${subject.path}, and not for the empty module`;
  const planted = judgedBy.fault === undefined ? '' : ` (with ${judgedBy.fault} planted)`;
  return `${subject.path} fails${planted}: ${failure === undefined ? '' : signatureOf(failure)}`;
}

interface Job {
  readonly minimization: Minimization;
  readonly subject: Subject;
  readonly judgedBy: JudgedBy;
  readonly destination: Destination;
}

/** @throws InputError when there was nothing to do, or the test or the disk was not up to it */
async function minimize({ minimization, subject, judgedBy, destination }: Job, options: MinimizeOptions, context: Context): Promise<ExitCode> {
  const session = new Session({
    minimization,
    subject,
    judgedBy,
    destination,
    maxSeconds: options['max-time'],
    interrupted: context.untilInterrupted(),
    onBegun: (input) => context.print(describeBeginning(subject, judgedBy, input)),
    log: context.log,
  });
  const result = await session.run();
  const { best, tries, seconds: took } = session;
  if (result.kind === 'refused') throw await refusal(subject, judgedBy, result);
  if (best === undefined) {
    if (result.kind === 'failed') throw new InputError(result.why);
    context.print('stopped before it was clear whether there is something to do; nothing was written');
    if (options.json) printJson(context, { before: subject.size, after: subject.size, tries, seconds: took, path: null, complete: false });
    return ExitCode.ok;
  }
  const complete = result.kind === 'minimized' && result.complete;
  await session.finish(complete);
  context.print(`${destination.path}: ${describeSize(best.size)}; ${describeTries(tries, took)}`);
  for (const mention of destination.mentions) context.print(mention);
  if (result.kind === 'failed') throw new InputError(`${result.why}. The best until then is in ${destination.path}`);
  if (!complete) context.print('stopped early: it may become smaller still');
  if (options.json) printJson(context, { before: subject.size, after: best.size, tries, seconds: took, path: destination.path, complete });
  return ExitCode.ok;
}

export const command = defineCommand({
  name: 'minimize',
  summary: 'Make a module as small as it gets while something about it holds',
  details: [
    'With --subject, what must hold is that these engines do not agree, as they do not about the input.',
    '',
    'FILE is a module, binary or text; FINDING is a folder of gctwin fuzz. What must hold is said by --test, any',
    'command that ends with status 0 for what is still interesting. It gets the path of a .wasm file as its last',
    'argument; quotes are read as in a shell, but no shell runs it. For example, with this check.sh',
    '',
    '  #!/bin/sh',
    '  # Interesting: the engine dies of this assertion.',
    '  my-engine run "$1" 2>&1 | grep -q "assertion failed: ref count"',
    '',
    "  gctwin minimize crash.wasm --test './check.sh'",
    '',
    'Without --test it is the twin collectors of gctwin that judge: a finding must keep failing with the same',
    'signature; a module is instantiated and its exported functions are called with zeros and nulls, and what goes',
    'wrong then must go on going wrong. Nothing leaves the process.',
    '',
    'First the input must pass and the empty module must not. Candidates are valid, and each that passes is smaller',
    'than those before: fewer instructions, then fewer types, then fewer bytes. The best so far is always on disk,',
    'also when it ends by Ctrl-C or by kill -9. Custom sections (names, debugging information) are left out.',
    '',
    'Exit status: 0 it is as small as it gets, or --max-time is over; 2 bad input, or a test that cannot be run; 130',
    'stopped by Ctrl-C. With --json: before and after, each with bytes, instructions and types; tries, seconds,',
    'path, and whether it is complete.',
  ].join('\n'),
  operands: { usage: 'FILE|FINDING', min: 1, max: 1 },
  options: minimizeOptions,
  run: async ({ options, operands }, context) => {
    const command = commandOf(options);
    await using minimization = prepareMinimization(command);
    const subject = readSubject(operands[0]!, options.original);
    if (options.original && subject.kind === 'file') throw new UsageError('--original wants a finding');
    const judgedBy = await judgeOf(subject, command, options);
    const fault = judgedBy.kind === 'command' ? undefined : judgedBy.fault;
    const destination = await destinationOf(recordedAs(subject, judgedBy), fault, options.out, options.force);
    context.print(`${subject.path}: ${describeSize(subject.size)}`);
    for (const line of movesOf(subject, judgedBy)) context.print(line);
    if (subject.kind === 'file' && subject.customs.length > 0) context.print(`left out: custom sections ${describeCustoms(subject.customs)}`);
    return await minimize({ minimization, subject, judgedBy, destination }, options, context);
  },
});
