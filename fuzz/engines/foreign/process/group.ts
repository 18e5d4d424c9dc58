/**
 * Processes that lead a group of their own. What they have started ends with them, be the program but a script around an engine; and a Ctrl-C at the
 * terminal is for us, not for them.
 */
import { execa } from 'execa';
import { HAS_GROUPS, killGroup } from '#util/kill-group.ts';

export interface Command {
  readonly path: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Whether it writes its errors into its output, in their order, where there is a shell for that. */
  readonly isMerged?: boolean;
}

/**
 * Seconds of processor time after which the system ends a process: should we be killed while it runs for ever, nobody else would. Far more than it
 * is given before it is replaced.
 */
const PROCESSOR_SECONDS = 600;

/** The command, with that limit and without core dumps, where there is a shell to set it. */
function limited({ path, args, isMerged = false }: Command): readonly [string, readonly string[]] {
  if (process.platform === 'win32') return [path, args];
  return ['/bin/sh', ['-c', `ulimit -c 0; ulimit -t ${PROCESSOR_SECONDS}; exec "$0" "$@"${isMerged ? ' 2>&1' : ''}`, path, ...args]];
}

const leaders = new Set<number>();
process.once('exit', () => leaders.forEach(killGroup));

function start(command: Command) {
  const [path, args] = limited(command);
  return execa(path, args, { buffer: false, reject: false, detached: HAS_GROUPS, stdin: 'pipe', stdout: 'pipe', stderr: 'pipe', env: { ...command.environment } });
}
export type Leader = ReturnType<typeof start>;

export interface Exit {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  /** Why it could not be started. */
  readonly cause?: unknown;
}

/** One that has left the group may keep the output open. */
const LINGER_MS = 1000;

/** @returns the process, and how it has ended, which never rejects */
export function startGroup(command: Command): { readonly leader: Leader; readonly exited: Promise<Exit> } {
  const leader = start(command);
  const { pid } = leader;
  // Writing to a process that is gone fails; how it went is told by its exit.
  leader.stdin.on('error', () => {});
  if (pid !== undefined) leaders.add(pid);
  const exit = new Promise<Exit>((resolve) =>
    leader.nodeChildProcess.once('exit', (status, signal) => {
      killGroup(pid);
      if (pid !== undefined) leaders.delete(pid);
      setTimeout(resolve, LINGER_MS, { exitCode: status ?? undefined, signal: signal ?? undefined }).unref();
    }),
  );
  const heard = leader.then(({ exitCode, signal, cause }): Exit => ({ exitCode, signal, cause }));
  return { leader, exited: Promise.race([heard, exit]) };
}
