/** Joins the command line to this process: streams, signals, exit status. */
import { COMMANDS } from '../commands/registry.ts';
import { ExitCode } from './exit-code.ts';
import { createLogger } from './log.ts';
import { main, reportDefect } from './main.ts';

/**
 * Ends the process when its output cannot be written. A reader that goes away, such as `head`, is no error: there
 * is nobody left to tell. A full disk is the user's to mend.
 */
function endWithoutOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(ExitCode.ok);
    process.stderr.write(`gctwin: cannot write to standard output: ${error.message}.\n`);
    process.exit(ExitCode.badInput);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? ExitCode.ok : ExitCode.badInput);
  });
}

/** Terminals, npm and the launcher all pass Ctrl-C on, so that one press may arrive several times. */
const SAME_PRESS_MS = 500;

/** Ctrl-C, or being asked to terminate, aborts the signal once and ends the process the second time. */
function catchInterrupt(controller: AbortController): AbortSignal {
  let firstMs = 0;
  const interrupt = (): void => {
    if (!controller.signal.aborted) firstMs = performance.now();
    else if (performance.now() - firstMs > SAME_PRESS_MS) process.exit(ExitCode.interrupted);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}

/** Runs `process.argv` and sets the exit status; output still under way is written before the process ends. */
export async function runFromProcess(): Promise<void> {
  const args = process.argv.slice(2);
  const complain = (line: string): void => void process.stderr.write(`${line}\n`);
  const interrupt = new AbortController();

  endWithoutOutput();
  process.on('uncaughtException', (error) => process.exit(reportDefect(error, args, complain)));

  const status = await main(args, COMMANDS, {
    print: (line) => void process.stdout.write(`${line}\n`),
    complain,
    log: await createLogger(),
    untilInterrupted: () => catchInterrupt(interrupt),
  });
  process.exitCode = interrupt.signal.aborted ? ExitCode.interrupted : status;
}
