import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { defineCommand, type Command } from './command.ts';
import { InputError } from './errors.ts';
import { ExitCode } from './exit-code.ts';
import { integer } from './kinds.ts';
import { main } from './main.ts';
import { option } from './option.ts';

const count = defineCommand({
  name: 'count',
  summary: 'Counts to a number',
  details: 'It starts at one.',
  operands: { usage: 'FILE', min: 0, max: 1 },
  options: { to: option(integer(1, 9), 'the last number', 3) },
  run: async ({ options, operands }, context) => {
    if (operands[0] === 'missing') throw new InputError('cannot read missing: it does not exist');
    if (operands[0] === 'broken') throw new TypeError('this should not happen');
    for (let i = 1; i <= options.to; i++) context.print(String(i));
    return options.to === 9 ? ExitCode.findings : ExitCode.ok;
  },
});
const registry = { count: async (): Promise<Command> => count };

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const status = await main(args, registry, {
    print: (line) => void out.push(line),
    complain: (line) => void err.push(line),
    log: pino({ enabled: false }),
    untilInterrupted: () => new AbortController().signal,
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

describe('main', () => {
  it('runs a command and passes its exit status on', async () => {
    expect(await run('count', '--to', '2')).toEqual({ status: 0, out: '1\n2', err: '' });
    expect((await run('count', '--to', '9')).status).toBe(1);
  });

  it('shows the commands', async () => {
    const { status, out } = await run('--help');
    expect(status).toBe(0);
    expect(out).toContain('  count  Counts to a number');
  });

  it('shows a command with its options, wherever --help stands', async () => {
    const expected = [
      'Usage: gctwin count FILE [options]',
      '',
      'Counts to a number.',
      '',
      'It starts at one.',
      '',
      'Options:',
      '  --to N     the last number (default 3)',
      '  --help     show this help',
      '  --version  show the version of gctwin',
    ].join('\n');
    expect(await run('count', '--help')).toEqual({ status: 0, out: expected, err: '' });
    expect(await run('count', '--to', '99', '--help')).toEqual({ status: 0, out: expected, err: '' });
  });

  it('shows its version', async () => {
    for (const args of [['--version'], ['count', '--version']]) {
      expect(await run(...args)).toMatchObject({ status: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    }
  });

  it.each([
    [[], 'gctwin: a command is missing; the commands are count. See gctwin --help.'],
    [['cuont'], "gctwin: unknown command 'cuont'; the commands are count. See gctwin --help."],
    [['constructor'], "gctwin: unknown command 'constructor'; the commands are count. See gctwin --help."],
    [['--to'], 'gctwin: unknown option --to; the commands are count. See gctwin --help.'],
    [['count', '--from', '1'], 'gctwin count: unknown option --from. See gctwin count --help.'],
    [['count', 'missing'], 'gctwin count: cannot read missing: it does not exist.'],
  ])('%j is bad usage or input, in one sentence', async (args, sentence) => {
    expect(await run(...args)).toEqual({ status: 2, out: '', err: sentence });
  });

  it('calls anything unexpected a defect of its own, with the stack', async () => {
    const { status, err } = await run('count', 'broken');
    expect(status).toBe(3);
    expect(err).toMatch(/defect of gctwin itself[^]*gctwin count broken\nTypeError: this should not happen\n\s+at /);
  });
});
