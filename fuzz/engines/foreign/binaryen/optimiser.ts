/** What optimises modules for the engine `binaryen-opt`. */
import type { Observation } from '../../observation.ts';

export interface OptimiseRequest {
  /** Arguments of `wasm-opt`. */
  readonly passes: readonly string[];
  /** In base 64; null for those that are to be left as they are. */
  readonly modules: readonly (string | null)[];
}
export type OptimiseAnswer =
  | { readonly modules: readonly (string | null)[] }
  /** It cannot read a module. */
  | { readonly unread: string }
  /** It gave up in a pass. */
  | { readonly failed: string; readonly pass: string };

export interface Optimiser {
  /** @returns for each request its answer, or what is observed of an optimiser that gives none */
  optimise(requests: readonly OptimiseRequest[]): Promise<readonly (OptimiseAnswer | Observation)[]>;
  end(): Promise<void>;
}
