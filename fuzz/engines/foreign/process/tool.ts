/** Command-line tools that are run on one file after the other. */
import type { Observation, ObservedOutcome } from '../../observation.ts';
import type { ForeignLimits } from '../foreign-engine.ts';
import { causeOf, crashed, lastWords } from '../foreign-engine.ts';

const SHOWN_LINES = 12;

/** How a run has ended. */
export interface Ran {
  /** Exit status; negative when it has not ended by itself. */
  readonly code: number;
  /** All that it has written. */
  readonly said: string;
  /** Why it has not ended by itself: `stack`, or the exception or signal. */
  readonly failure?: string;
}

export interface Tool {
  /** @returns for each file how it went, or what is observed of a tool that does not answer */
  run(files: readonly (string | Uint8Array)[]): Promise<readonly (Ran | Observation)[]>;
  end(): Promise<void>;
}

export interface ToolOptions {
  readonly fileName: string;
  readonly limits: ForeignLimits;
  /** Of the Node that runs it, where it is one that was compiled to JavaScript. */
  readonly nodeFlags?: readonly string[];
}

/** The outcome of a step at which the tool has broken down. */
export function brokenDown({ code, said, failure = `exit status ${code}` }: Ran): ObservedOutcome {
  if (failure === 'stack') return { kind: 'exhausted', resource: 'callStack' };
  const words = `${said}\n${failure}`;
  return crashed({ invariant: 'died', operation: causeOf(words) ?? failure.split('\n')[0]!, message: lastWords(words).slice(-SHOWN_LINES).join('\n') });
}
