/** What a command is, and what it is given to run. One command a file, under scripts/commands. */
import type { Logger } from 'pino';
import type { ExitCode } from './exit-code.ts';
import type { OptionTable, Values } from './option.ts';

/** The operands of a command: everything on its command line that is no option. */
export interface Operands {
  /** As help writes them: `FILE`, `DIR..`; empty when there are none. */
  readonly usage: string;
  readonly min: number;
  readonly max: number;
}
export const NO_OPERANDS: Operands = { usage: '', min: 0, max: 0 };

export interface Arguments<T extends OptionTable> {
  readonly options: Values<T>;
  readonly operands: readonly string[];
}

/** The outside world as a command sees it. */
export interface Context {
  /** Writes a line to standard output, which carries results only. */
  readonly print: (line: string) => void;
  /** Progress and warnings, on standard error. */
  readonly log: Logger;
  /**
   * Asks that Ctrl-C does not end the process but aborts this signal. Whoever calls it must look at the signal
   * between steps that let the event loop turn, save what there is to save, and return. A second Ctrl-C ends the process.
   */
  readonly untilInterrupted: () => AbortSignal;
}

export interface Command<T extends OptionTable = OptionTable> {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** Further paragraphs of help; lines are kept. */
  readonly details?: string;
  readonly operands: Operands;
  readonly options: T;
  /**
   * @returns the exit status; 130 takes its place when the command was interrupted
   * @throws UsageError, InputError: exit status 2. Anything else is a defect of gctwin: exit status 3.
   */
  readonly run: (args: Arguments<T>, context: Context) => Promise<ExitCode>;
}

/** Gives a command the types of its own options, and forgets them for the registry. */
export function defineCommand<const T extends OptionTable>(command: Command<T>): Command {
  return command as unknown as Command;
}
