/** Which passes binaryen runs over a case, in the words of `wasm-opt`: those that a spec names, or random ones. */
import { createHash } from 'node:crypto';
import type { ForeignCase, ForeignSpec } from '../foreign-engine.ts';

/**
 * Passes that must not change what anyone sees of one module among others. Left out are those that change what is exported or imported, that need to
 * know all modules (`--closed-world`), that lower what our own runtime has, that only serve tools, and `flatten` with what builds on it, which knows no GC. Source: `wasm-opt --help`, version 132.
 */
export const PASSES: readonly string[] = [
  'avoid-reinterprets', 'coalesce-locals', 'coalesce-locals-learning', 'code-folding', 'code-pushing', 'const-hoisting', 'constraint-analysis', 'dae', 'dae-optimizing', 'dae2', 'dce',
  'directize', 'duplicate-function-elimination', 'duplicate-import-elimination', 'generate-global-effects', 'global-refining', 'gufa', 'gufa-cast-all', 'gufa-optimizing',
  'heap-store-optimization', 'heap2local', 'inlining', 'inlining-optimizing', 'licm', 'limit-segments', 'local-cse', 'local-subtyping', 'memory-packing', 'merge-blocks', 'merge-locals',
  'merge-similar-functions', 'monomorphize', 'monomorphize-always', 'once-reduction', 'optimize-casts', 'optimize-instructions', 'pick-load-signs', 'precompute',
  'precompute-propagate', 'propagate-globals-globally', 'remove-unused-brs', 'remove-unused-module-elements', 'remove-unused-names',
  'remove-unused-nonfunction-module-elements', 'reorder-functions', 'reorder-globals', 'reorder-locals', 'rse', 'simplify-globals', 'simplify-globals-optimizing',
  'simplify-locals', 'simplify-locals-nonesting', 'simplify-locals-nostructure', 'simplify-locals-notee', 'simplify-locals-notee-nostructure', 'ssa', 'ssa-nomerge', 'tuple-optimization',
  'type-ssa', 'untee', 'vacuum',
];
const MAX_PASSES = 10;
/** Above it, `-O` begins with `flatten`. */
const MAX_LEVEL = 3;
/** One in so many is the whole pipeline that `-O` stands for. */
const PIPELINE_EVERY = 7;

/** Small numbers that a digest consists of, as random as any. */
class Digits {
  readonly #bytes: Uint8Array;
  #used = 0;

  constructor(modules: ForeignCase['modules']) {
    const hash = createHash('sha512');
    for (const { bytes } of modules) hash.update(bytes);
    this.#bytes = hash.digest();
  }

  /** From 0 to, but not including, at most 256. */
  below(count: number): number {
    return ((this.#bytes[this.#used++]! << 8) | this.#bytes[this.#used++]!) % count;
  }
}

/** Depends on the modules alone, so that a case means the same again. @returns arguments of `wasm-opt` */
export function passesFor({ flags }: Pick<ForeignSpec, 'flags'>, { modules }: Pick<ForeignCase, 'modules'>): readonly string[] {
  if (flags.length > 0) return flags;
  const digits = new Digits(modules);
  const levels = [`--optimize-level=${1 + digits.below(MAX_LEVEL)}`, `--shrink-level=${digits.below(3)}`];
  const passes = Array.from({ length: 1 + digits.below(MAX_PASSES) }, () => (digits.below(PIPELINE_EVERY) === 0 ? '-O' : `--${PASSES[digits.below(PASSES.length)]!}`));
  return [...levels, ...passes];
}

/** Levels say how the passes go about it; they are no passes. */
export function byKind(chosen: readonly string[]): { readonly levels: readonly string[]; readonly passes: readonly string[] } {
  const isLevel = (argument: string): boolean => /^--(optimize|shrink)-level=/.test(argument);
  return { levels: chosen.filter(isLevel), passes: chosen.filter((argument) => !isLevel(argument)) };
}

/**
 * @param isEnough whether some of the passes, in their order, still lead to it; all of them do
 * @returns none of which can be left out alone, as far as one look at each tells
 */
export async function fewestPasses(passes: readonly string[], isEnough: (some: readonly string[]) => Promise<boolean>): Promise<readonly string[]> {
  if (await isEnough([])) return [];
  let kept = passes;
  for (let at = passes.length - 1; at >= 0 && kept.length > 1; at--) {
    const fewer = kept.toSpliced(at, 1);
    if (await isEnough(fewer)) kept = fewer;
  }
  return kept;
}
