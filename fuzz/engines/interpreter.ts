/** Our own runtime as an engine: one per collector, and one per planted fault. */
import type { Parts } from '#runtime/parts.ts';
import { PARTS } from '#runtime/parts.ts';
import type { Engine } from './engine.ts';
import { observeFault } from './fault-report.ts';
import { locateFault } from './locate.ts';
import type { Observation } from './observation.ts';
import { prepare } from './prepare.ts';
import { Run } from './run.ts';
import type { EngineOptions } from './run.ts';

export const DEFAULT_ENGINE_OPTIONS: EngineOptions = { audit: 'collections', integrity: true };

/** @param parts what the runtime is made of: a collector's, healthy or not */
export function interpreterEngine(name: string, parts: Parts, options: EngineOptions = DEFAULT_ENGINE_OPTIONS): Engine {
  return {
    name,
    run: (program) => {
      try {
        const prepared = prepare(program, parts.Layouts);
        const observation = new Run(program, prepared, parts, options).run();
        const last = observation.outcomes.at(-1);
        if (last?.kind !== 'faulted') return observation;
        const fault = locateFault(last.fault, program, prepared, parts, options);
        return { ...observation, outcomes: [...observation.outcomes.slice(0, -1), { kind: 'faulted', fault }] };
      } catch (error) {
        return crashed(error);
      }
    },
  };
}

/** Decoding, compiling or making the store has failed. */
function crashed(error: unknown): Observation {
  return {
    outcomes: [{ kind: 'faulted', fault: observeFault(error, 'prepare') }],
    hostTrace: [],
    heap: undefined,
    effort: { instructions: 0, collections: 0, allocations: 0, safePoints: 0 },
  };
}

/** Frees nothing, hence the room; still far from the 64 MiB beyond which its objects have no size. */
const NULL_HEAP_BYTES = 48 << 20;

/** The collector under test. */
export function drcEngine(options: EngineOptions = DEFAULT_ENGINE_OPTIONS): Engine {
  return interpreterEngine('drc', PARTS.drc, options);
}
/** Its twin, which cannot be wrong about what is alive. @param parts of `null`, healthy or not */
export function nullEngine(options: EngineOptions = DEFAULT_ENGINE_OPTIONS, parts: Parts = PARTS.null): Engine {
  return interpreterEngine('null', parts, { maxHeapBytes: NULL_HEAP_BYTES, ...options });
}
