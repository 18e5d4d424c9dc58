/** Reads a command line by a command's table of options; node:util splits it into tokens. */
import { parseArgs } from 'node:util';
import type { Arguments, Operands } from './command.ts';
import { UsageError } from './errors.ts';
import type { OptionTable, Values } from './option.ts';

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

function tokenize(args: readonly string[], table: OptionTable): readonly Token[] {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, option]) => [
      name,
      { type: option.placeholder === undefined ? 'boolean' : 'string' } as const,
    ]),
  );
  // Not strict: this file's own errors are one sentence each and name what is expected.
  return parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

/** @param given names of the options before it */
function readOption(table: OptionTable, token: OptionToken, previous: unknown, given: ReadonlySet<string>): unknown {
  const option = Object.hasOwn(table, token.name) ? table[token.name] : undefined;
  if (option === undefined) throw new UsageError(`unknown option ${token.rawName}`);
  if (option.placeholder === undefined && token.value !== undefined) {
    throw new UsageError(`--${token.name} takes no value`);
  }
  if (option.placeholder !== undefined && token.value === undefined) {
    throw new UsageError(`--${token.name} needs a value: --${token.name} ${option.placeholder}`);
  }
  if (given.has(token.name) && !option.isRepeatable) {
    throw new UsageError(`--${token.name} is given twice; it is taken once: --${token.name} ${option.placeholder}`);
  }
  return option.read(token.name, token.value ?? '', previous);
}

function checkOperands(operands: readonly string[], { usage, min, max }: Operands): void {
  if (operands.length > max) throw new UsageError(`unexpected argument '${operands[max]}'`);
  if (operands.length < min) throw new UsageError(`something is missing: ${usage}`);
}

/** @throws UsageError */
export function parseArguments<T extends OptionTable>(
  args: readonly string[],
  table: T,
  operandsAllowed: Operands,
): Arguments<T> {
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(table).map(([name, option]) => [name, option.absent]),
  );
  const operands: string[] = [];
  const given = new Set<string>();
  for (const token of tokenize(args, table)) {
    if (token.kind === 'option') {
      values[token.name] = readOption(table, token, values[token.name], given);
      given.add(token.name);
    }
    if (token.kind === 'positional') operands.push(token.value);
  }
  checkOperands(operands, operandsAllowed);
  return { options: values as Values<T>, operands };
}
