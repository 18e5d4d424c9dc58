/** Windows has no process groups that a signal could be sent to. */
export const HAS_GROUPS = process.platform !== 'win32';

/** Ends a process that leads a group, and all that it has started. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(HAS_GROUPS ? -pid : pid, 'SIGKILL');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // It is gone, or, on some systems, all that is left of it is about to be.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
