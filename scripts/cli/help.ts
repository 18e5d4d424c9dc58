/** Help, generated from the tables that also drive the parser. */
import type { Command } from './command.ts';
import type { Option } from './option.ts';

const WIDTH = 100;
const TWO_COLUMN_LIMIT = 34;
const ALWAYS: readonly Row[] = [
  ['--help', 'show this help'],
  ['--version', 'show the version of gctwin'],
];

type Row = readonly [left: string, right: string];

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Two columns; a left side that is too wide gets a line of its own. */
function columns(rows: readonly Row[]): readonly string[] {
  const left = Math.min(TWO_COLUMN_LIMIT, Math.max(0, ...rows.map((row) => row[0].length)));
  const indent = ' '.repeat(left + 4);
  return rows.flatMap(([name, text]) => {
    const [first, ...rest] = wrap(text, WIDTH - indent.length);
    const head = name.length > left ? [`  ${name}`, indent + first] : [`  ${name.padEnd(left)}  ${first}`];
    return [...head, ...rest.map((line) => indent + line)];
  });
}

function optionRow([name, option]: [string, Option<unknown>]): Row {
  const value = option.placeholder === undefined ? '' : ` ${option.placeholder}`;
  return [`--${name}${value}`, option.help];
}

/** `Usage: gctwin exec FILE [options]` and all options. */
export function commandHelp(command: Command): string {
  const usage = ['gctwin', command.name, command.operands.usage, '[options]'].filter((part) => part !== '');
  return [
    `Usage: ${usage.join(' ')}`,
    '',
    `${command.summary}.`,
    ...(command.details === undefined ? [] : ['', command.details]),
    '',
    'Options:',
    ...columns([...Object.entries(command.options).map(optionRow), ...ALWAYS]),
  ].join('\n');
}

/** The list of commands. */
export function generalHelp(commands: readonly Command[]): string {
  return [
    'Usage: gctwin COMMAND [options]',
    '',
    'Differential fuzzing of WebAssembly garbage collectors.',
    '',
    'Commands:',
    ...columns(commands.map((command): Row => [command.name, command.summary])),
    '',
    'Options:',
    ...columns(ALWAYS),
    '',
    'gctwin COMMAND --help shows the options of a command.',
    'Exit status: 0 nothing found, 1 findings, 2 bad usage or input, 3 defect of gctwin, 130 interrupted.',
  ].join('\n');
}
