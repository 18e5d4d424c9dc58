/** What is said between a process that has candidates and the small one that starts the command on them. */
import type { CommandOptions, CommandOutcome } from './command.ts';

/** The starter's only argument, as JSON. */
export interface StarterTask extends CommandOptions {
  /** Of candidates; removed when the other process has gone. */
  readonly folder: string;
}

export type StarterRequest =
  | { readonly kind: 'run'; readonly id: number; readonly path: string }
  | { readonly kind: 'withdraw'; readonly id: number };

export interface StarterAnswer {
  readonly id: number;
  readonly outcome: CommandOutcome | { readonly kind: 'error'; readonly message: string };
}
