/** What makes Programs out of numbers. */
import type { Program } from '#fuzz/program/program.ts';
import type { Bias } from './bias.ts';
import { ALL_BIASES } from './bias.ts';
import { Random } from './random.ts';

export interface Generator {
  readonly name: string;
  /** Raised whenever some seed gives another Program than before: name, version and seed name a Program for good. */
  readonly version: number;
  /** In one line, for people. */
  readonly summary: string;
  /**
   * @param seed 32 bits; the same seed gives an equal Program whatever was generated before
   * @param without biases to draw without; none by default
   * @throws GeneratorError
   */
  readonly generate: (seed: number, without?: readonly Bias[]) => Program;
  /** Of one that hands its seeds on to others: to which. */
  readonly profileOf?: (seed: number) => Generator;
}

/** A generator broke down: a defect of ours. It may not be able to generate anything else in this process. */
export class GeneratorError extends Error {
  override readonly name = 'GeneratorError';
  readonly generator: string;
  readonly seed: number;
  constructor(generator: string, seed: number, cause: unknown) {
    super(`generator ${generator} broke down at seed ${seed}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.generator = generator;
    this.seed = seed;
  }
}

/** A generator out of how it draws. @param draw may throw anything; all that it draws comes from the random source */
export function seeded(about: Pick<Generator, 'name' | 'version' | 'summary'>, draw: (random: Random, without: readonly Bias[]) => Program): Generator {
  const { name, version, summary } = about;
  return {
    name,
    version,
    summary,
    generate: (seed, without = ALL_BIASES) => {
      try {
        return draw(new Random(seed), without);
      } catch (error) {
        throw new GeneratorError(name, seed, error);
      }
    },
  };
}
