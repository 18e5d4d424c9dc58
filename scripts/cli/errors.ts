/** The two errors that a user can mend; both end with exit status 2 and one sentence. */

/** The command line is wrong. The message is a sentence without its first capital and full stop. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A file or directory that the command line names is wrong. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
