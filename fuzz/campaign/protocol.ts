/** What the campaign and its worker processes say to each other. Plain data, sent by structured clone. */
import type { CorpusUpdate } from '#fuzz/feedback/corpus.ts';
import type { Origin } from '#fuzz/findings/finding.ts';
import type { Failure } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Batch, BatchResult } from './batch.ts';
import type { Minimised } from './minimise.ts';

export type Request =
  /**
   * @param corpus what the worker does not know yet of the corpus that the cases are made from
   * @param careful tell of each case before it is made and run, so that it is known should it end the process
   */
  | { readonly kind: 'batch'; readonly batch: Batch; readonly corpus: CorpusUpdate; readonly careful: boolean }
  | { readonly kind: 'shrink'; readonly program: Program; readonly failure: Failure };

/** News come before the answer, any number of them. */
export type News =
  | { readonly kind: 'case'; readonly origin: Origin; readonly program: Program | undefined }
  | { readonly kind: 'smaller'; readonly smaller: Minimised };

export type Answer =
  | { readonly kind: 'batch'; readonly result: BatchResult }
  | { readonly kind: 'shrink'; readonly minimised: Minimised };

/** What the process has used so far, with the engines that it has started where the system tells what they use. */
export interface Usage {
  readonly rssBytes: number;
  readonly cpuSeconds: number;
}

export type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'news'; readonly news: News }
  | { readonly kind: 'answer'; readonly answer: Answer; readonly usage: Usage };
