/** From a command line to an exit status, with the outside world handed in. */
import { readFileSync } from 'node:fs';
import type { Command, Context } from './command.ts';
import { InputError, UsageError } from './errors.ts';
import { ExitCode } from './exit-code.ts';
import { commandHelp, generalHelp } from './help.ts';
import { parseArguments } from './parse.ts';

/** Loads a command; only the one that runs, so that none pays for the libraries of another. */
export type Registry = Readonly<Record<string, () => Promise<Command>>>;

export interface World extends Context {
  /** Writes a line to standard error, for the one sentence that says why nothing ran. */
  readonly complain: (line: string) => void;
}

/** Splits off the name of a command, which may have a second word. @returns undefined where there is none of that name */
function commandIn(args: readonly string[], registry: Registry): { readonly name: string; readonly rest: readonly string[] } | undefined {
  const words = [2, 1].find((count) => args.length >= count && Object.hasOwn(registry, args.slice(0, count).join(' ')));
  return words === undefined ? undefined : { name: args.slice(0, words).join(' '), rest: args.slice(words) };
}

/** The version in package.json. */
export function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Whether an option is there, before the `--` that ends the options. */
function asksFor(args: readonly string[], name: string): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? args.length : end).includes(name);
}

async function runGeneral(args: readonly string[], registry: Registry, world: World): Promise<ExitCode> {
  const commands = await Promise.all(Object.values(registry).map((load) => load()));
  if (asksFor(args, '--help')) {
    world.print(generalHelp(commands));
    return ExitCode.ok;
  }
  const problem = args.length === 0 ? 'a command is missing' : `unknown option ${args[0]}`;
  throw new UsageError(`${problem}; the commands are ${Object.keys(registry).join(', ')}`);
}

async function runCommand(args: readonly string[], registry: Registry, world: World): Promise<ExitCode> {
  const [name] = args;
  if (asksFor(args, '--version')) {
    world.print(version());
    return ExitCode.ok;
  }
  if (name === undefined || name.startsWith('-')) return await runGeneral(args, registry, world);
  const found = commandIn(args, registry);
  if (found === undefined) {
    throw new UsageError(`unknown command '${name}'; the commands are ${Object.keys(registry).join(', ')}`);
  }
  const { rest } = found;
  const command = await registry[found.name]!();
  if (asksFor(rest, '--help')) {
    world.print(commandHelp(command));
    return ExitCode.ok;
  }
  return await command.run(parseArguments(rest, command.options, command.operands), world);
}

/** Says that gctwin itself is broken; only then is there a stack to read. */
export function reportDefect(error: unknown, args: readonly string[], complain: (line: string) => void): ExitCode {
  complain('gctwin: this is a defect of gctwin itself, not of what it was given. Please report it with the following.');
  complain(`gctwin ${version()}, Node ${process.version}: gctwin ${args.join(' ')}`);
  complain(error instanceof Error ? (error.stack ?? String(error)) : String(error));
  return ExitCode.defect;
}

/** Never throws. */
export async function main(args: readonly string[], registry: Registry, world: World): Promise<ExitCode> {
  try {
    return await runCommand(args, registry, world);
  } catch (error) {
    const name = commandIn(args, registry)?.name;
    const program = name === undefined ? 'gctwin' : `gctwin ${name}`;
    if (error instanceof UsageError) world.complain(`${program}: ${error.message}. See ${program} --help.`);
    else if (error instanceof InputError) world.complain(`${program}: ${error.message}.`);
    else return reportDefect(error, args, world.complain);
    return ExitCode.badInput;
  }
}
