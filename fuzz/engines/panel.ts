/** The engines that a case is run on, and what each is there for. */
import type { Parts } from '#runtime/parts.ts';
import { PARTS } from '#runtime/parts.ts';
import type { Engine } from './engine.ts';
import { DEFAULT_ENGINE_OPTIONS, interpreterEngine, nullEngine } from './interpreter.ts';
import type { EngineOptions } from './run.ts';
import type { V8Engine } from './v8.ts';
import { v8Engine } from './v8.ts';
import { warmUp } from './warm-up.ts';

export interface Panel {
  /** Frees nothing, so it cannot be wrong about what is alive. */
  readonly reference: Engine;
  /** The collector under test, looking for broken invariants as it runs. */
  readonly subject: Engine;
  /** The same collector without these looks, for runs that are compared only. */
  readonly unaudited: Engine;
  /** The same collector looking at every safe point, for cases whose results are wrong. */
  readonly suspect?: Engine;
  /** Shares no code with the others. Runs nothing that they have not finished. */
  readonly v8: V8Engine;
}

/** Looks for nothing. */
export const UNAUDITED: EngineOptions = { audit: 'off', integrity: false };
/** Looks at every safe point. */
export const SUSPECT: EngineOptions = { audit: 'safePoints', integrity: true };

/** The first one in a process warms up. @param parts of the collector under test, healthy or not */
export function panelOf(parts: Parts = PARTS.drc, options: EngineOptions = DEFAULT_ENGINE_OPTIONS): Panel {
  warmUp();
  return {
    reference: nullEngine(UNAUDITED),
    subject: interpreterEngine('drc', parts, options),
    unaudited: interpreterEngine('drc', parts, UNAUDITED),
    suspect: interpreterEngine('drc', parts, SUSPECT),
    v8: v8Engine(),
  };
}
