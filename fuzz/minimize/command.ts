/** A command that judges candidates, and how its runs end. */

export interface CommandOptions {
  /** The program and its arguments; not empty. */
  readonly words: readonly string[];
  /** A run that takes longer is ended, and is a no. */
  readonly timeoutMs: number;
}

/** How a run ended. */
export type CommandOutcome =
  | { readonly kind: 'holds' }
  /** @param how in words: `exit status 1` */
  | { readonly kind: 'fails'; readonly how: string }
  | { readonly kind: 'withdrawn' };

/** The command cannot be run at all. The message says why. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
