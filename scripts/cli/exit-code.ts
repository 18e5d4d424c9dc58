/** What the exit status of `gctwin` says. Scripts rely on these numbers. */
export const ExitCode = {
  /** Ran to its end and found nothing. */
  ok: 0,
  /** Ran and found something: a disagreement, a broken invariant, a failed expectation. */
  findings: 1,
  /** The command line or an input file is wrong. */
  badInput: 2,
  /** gctwin itself is broken. */
  defect: 3,
  /** Stopped by Ctrl-C. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
