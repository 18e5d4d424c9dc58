import { describe, expect, it } from 'vitest';
import { bytes, choice, integer, list, onOff, seconds, text } from './kinds.ts';
import { flag, option, repeated } from './option.ts';
import { parseArguments } from './parse.ts';

const table = {
  runs: option(integer(1, 100), 'how many', 7),
  offset: option(integer(-5, 5), 'where'),
  heap: option(bytes(16, 1 << 20), 'size'),
  'max-time': option(seconds, 'how long'),
  collector: option(choice('drc', 'null'), 'which'),
  audit: option(onOff, 'check'),
  profile: option(list(text('NAME')), 'which ones'),
  oracle: repeated(text('NAME'), 'which ones'),
  json: flag('as JSON'),
} as const;
const files = { usage: 'FILE..', min: 1, max: 2 };

function parse(...args: string[]) {
  return parseArguments([...args, 'a.wasm'], table, files);
}

describe('parseArguments', () => {
  it('gives what holds when nothing is said', () => {
    expect(parse()).toEqual({
      options: {
        runs: 7,
        offset: undefined,
        heap: undefined,
        'max-time': undefined,
        collector: undefined,
        audit: undefined,
        profile: undefined,
        oracle: [],
        json: false,
      },
      operands: ['a.wasm'],
    });
  });

  it.each([
    [['--runs', '9'], 'runs', 9],
    [['--runs=9'], 'runs', 9],
    [['--offset', '-3'], 'offset', -3],
    [['--heap', '64K'], 'heap', 65536],
    [['--heap', '64KiB'], 'heap', 65536],
    [['--heap', '1m'], 'heap', 1048576],
    [['--heap', '4096'], 'heap', 4096],
    [['--max-time', '0.5'], 'max-time', 0.5],
    [['--collector', 'null'], 'collector', 'null'],
    [['--audit', 'off'], 'audit', false],
    [['--profile', 'alias,cast'], 'profile', ['alias', 'cast']],
    [['--oracle', 'a', '--oracle', 'b'], 'oracle', ['a', 'b']],
    [['--json'], 'json', true],
    [['--json', '--json'], 'json', true],
  ] as const)('%j sets %s to %j', (args, name, value) => {
    expect(parse(...args).options[name]).toEqual(value);
  });

  it('takes everything after -- as an operand', () => {
    expect(parseArguments(['--', '--json'], table, files).operands).toEqual(['--json']);
  });

  it.each([
    [['--runs', '0'], "--runs wants an integer from 1 to 100, not '0'"],
    [['--runs', '1.5'], "--runs wants an integer from 1 to 100, not '1.5'"],
    [['--runs', '--json'], "--runs wants an integer from 1 to 100, not '--json'"],
    [['--heap', '2M'], "--heap wants a number of bytes from 16 to 1048576, such as 65536, 64K or 32M, not '2M'"],
    [['--max-time', '0'], "--max-time wants a positive number of seconds, not '0'"],
    [['--collector', 'copying'], "--collector wants one of drc, null, not 'copying'"],
    [['--audit', 'yes'], "--audit wants on or off, not 'yes'"],
    [['--profile', 'a,,b'], "--profile wants a list separated by commas, each a value that is not empty, not 'a,,b'"],
    [['--runs', '9', '--runs=9'], '--runs is given twice; it is taken once: --runs N'],
    [['--profile', 'a', '--profile', 'b'], '--profile is given twice; it is taken once: --profile NAME[,..]'],
    [['--json=yes'], '--json takes no value'],
    [['--frobnicate'], 'unknown option --frobnicate'],
    [['--toString', 'x'], 'unknown option --toString'],
    [['-x'], 'unknown option -x'],
    [['b.wasm', 'c.wasm'], "unexpected argument 'a.wasm'"],
  ])('%j is refused: %s', (args, message) => {
    expect(() => parse(...args)).toThrow(expect.objectContaining({ name: 'UsageError', message }));
  });

  it('refuses a value that is not there', () => {
    expect(() => parseArguments(['a.wasm', '--runs'], table, files)).toThrow('--runs needs a value: --runs N');
  });

  it('refuses a missing operand', () => {
    expect(() => parseArguments([], table, files)).toThrow('something is missing: FILE..');
  });
});
