/**
 * Makes a Program smaller before it joins the corpus, while it reaches what it is wanted for: its children run faster, and more of
 * their edits hit what matters. Source: AFL's technical whitepaper, "Trimming input files".
 */
import type { Features } from '#fuzz/feedback/coverage.ts';
import type { Program } from '#fuzz/program/program.ts';
import { dropExports } from '#fuzz/shrink/reducers/drop-exports.ts';
import { dropStatements } from '#fuzz/shrink/reducers/drop-statements.ts';
import { dropSteps } from '#fuzz/shrink/reducers/drop-steps.ts';
import { dropUnused } from '#fuzz/shrink/reducers/drop-unused.ts';
import { shrink } from '#fuzz/shrink/shrink.ts';

/** Those that take much away at little cost; the order matters. */
const REDUCERS = [dropSteps, dropExports, dropUnused, dropStatements, dropUnused];
const MAX_TRIES = 30;

function includesAll(features: Features, wanted: readonly number[]): boolean {
  const reached = new Set(features);
  return wanted.every((feature) => reached.has(feature));
}

/**
 * @param wanted features that the Program reaches
 * @param watch runs a Program and tells what it reaches
 */
export function trim(program: Program, wanted: readonly number[], watch: (candidate: Program) => Features): Program {
  return shrink(program, (candidate) => includesAll(watch(candidate), wanted), { maxTries: MAX_TRIES, reducers: REDUCERS }).program;
}
