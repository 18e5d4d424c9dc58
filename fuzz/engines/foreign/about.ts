/** What a reproducer is about, besides what it runs. */
import type { Comparison } from './comparison.ts';

export interface About {
  /** Name of its file. */
  readonly file: string;
  /** For the comment on top. */
  readonly story: readonly string[];
  /** Those that it is for; absent when it is for any that read it. */
  readonly engines?: Comparison | undefined;
  /** Whether it shows what an engine makes of bytes before it runs them. */
  readonly isAboutValidity?: boolean;
}
