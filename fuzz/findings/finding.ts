/** A disagreement with everything that is needed to show it again. */
import { createHash } from 'node:crypto';
import type { Comparison } from '#fuzz/engines/foreign/comparison.ts';
import type { Failure } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';

/** Where a Program comes from: with these, and the versions, a campaign gives it again. */
export interface Origin {
  readonly campaignSeed: number;
  /** Number of the case in the campaign, from 0. */
  readonly caseNumber: number;
  /** A generator's name, or `mutation`. */
  readonly generator: string;
  readonly generatorVersion: number;
  readonly generatorSeed: number;
  /** Number of the case that was mutated; undefined when the case is made from the seed alone. */
  readonly parent?: number;
}

export interface Versions {
  readonly gctwin: string;
  readonly node: string;
}

export interface Finding {
  /** The smallest Program that shows it. */
  readonly program: Program;
  /** The Program as it was generated. */
  readonly original: Program;
  /** What went wrong with `program`. */
  readonly failure: Failure;
  /** Slug of the planted fault it was found with; undefined for the healthy runtime. */
  readonly fault: string | undefined;
  /** The engines that were compared; absent for the twins, with everything that can be asked of them. */
  readonly engines?: Comparison | undefined;
  readonly origin: Origin;
  readonly versions: Versions;
  /** Candidates that were run while it was shrunk, and whether nothing smaller was left to try. */
  readonly shrinking: { readonly tries: number; readonly complete: boolean };
}

const HASH_DIGITS = 10;

/** Name of the finding's folder: the same for the same signature, and another for each planted fault. */
export function folderName({ failure, fault }: Pick<Finding, 'failure' | 'fault'>): string {
  const hash = createHash('sha256').update(signatureOf(failure)).digest('hex').slice(0, HASH_DIGITS);
  return fault === undefined ? hash : `${fault}-${hash}`;
}
