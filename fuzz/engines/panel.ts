/** The engines that a case is run on, and what each is there for. */
import type { CollectorName, Parts } from '#runtime/parts.ts';
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
  /** The same collector looking at the end only, for runs whose way there has been looked at before. The subject itself if there is none. */
  readonly ending?: Engine;
  /** The same collector without these looks, for runs that are compared only. */
  readonly unaudited: Engine;
  /** The same collector looking at every safe point, for cases whose results are wrong. */
  readonly suspect?: Engine;
  /** Shares no code with the others. Runs nothing that they have not finished. */
  readonly v8: V8Engine;
}

export type TwinParts = Readonly<Record<CollectorName, Parts>>;

/** Looks for nothing. */
export const UNAUDITED: EngineOptions = { audit: 'off', integrity: false };
/** Looks at every safe point. */
export const SUSPECT: EngineOptions = { audit: 'safePoints', integrity: true };

/** The first one in a process warms up. @param parts of the twins, healthy or not */
export function panelOf({ drc, null: none }: TwinParts = PARTS, options: EngineOptions = DEFAULT_ENGINE_OPTIONS): Panel {
  warmUp();
  return {
    reference: nullEngine(UNAUDITED, none),
    subject: interpreterEngine('drc', drc, options),
    ending: interpreterEngine('drc', drc, options.audit === 'off' ? options : { ...options, audit: 'end' }),
    unaudited: interpreterEngine('drc', drc, UNAUDITED),
    suspect: interpreterEngine('drc', drc, SUSPECT),
    v8: v8Engine(),
  };
}
