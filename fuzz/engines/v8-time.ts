/** V8 has no fuel, and may run for ever where the others got something wrong: a Program may say how long it has. */
import { Script } from 'node:vm';
import type { Program } from '#fuzz/program/program.ts';
import type { Observation } from './observation.ts';

/** The clock goes on while a process is stopped, so once is not enough. */
const ATTEMPTS = 2;

/** Where the script finds what it is to call: a time limit can only be set for a script. */
const SLOT = Symbol.for('gctwin.v8-time');
const holder = globalThis as unknown as Record<symbol, (() => void) | undefined>;
const script = new Script("globalThis[Symbol.for('gctwin.v8-time')]()");

const TOO_LONG: Observation = {
  outcomes: [{ kind: 'exhausted', resource: 'fuel' }],
  hostTrace: [],
  heap: undefined,
  effort: { instructions: 0, collections: 0, allocations: 0, safePoints: 0 },
};

/** Undefined when it has not ended in time; then nothing in it that waits for an end, no `finally` either, has run. */
function endedInTime(run: () => Observation, timeout: number): Observation | undefined {
  let observation: Observation | undefined;
  holder[SLOT] = () => void (observation = run());
  try {
    script.runInThisContext({ timeout });
    return observation;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return undefined;
  } finally {
    holder[SLOT] = undefined;
  }
}

/** @param run the Program, from its beginning each time */
export function withinTime({ limits }: Program, run: () => Observation): Observation {
  if (limits.milliseconds === undefined) return run();
  const { stackTraceLimit } = Error;
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const observation = endedInTime(run, limits.milliseconds);
      if (observation !== undefined) return observation;
    }
    return TOO_LONG;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
