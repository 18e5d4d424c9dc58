/**
 * An engine that tells what the runtime did. It runs a Program once more, on parts of its own and without audits, so that
 * the runs that are judged stay as they are.
 */
import type { Observation, ObservedOutcome } from '#fuzz/engines/observation.ts';
import { prepare } from '#fuzz/engines/prepare.ts';
import type { EngineOptions } from '#fuzz/engines/run.ts';
import { Run } from '#fuzz/engines/run.ts';
import type { Program } from '#fuzz/program/program.ts';
import { loadParts } from '#runtime/parts.ts';
import { CoverageMap } from './coverage.ts';
import type { EventName } from './events.ts';
import { HOST_KIND, eventId } from './events.ts';
import { Observer } from './observer.ts';
import { observingParts } from './observing-parts.ts';
import { Probe } from './probe.ts';

const OPTIONS: EngineOptions = { audit: 'off', integrity: false };
const PARTS = await loadParts('drc', 'observing');

export class ObservingEngine {
  /** What the last run did. */
  readonly coverage: CoverageMap = new CoverageMap();
  readonly #probe = new Probe(this.coverage);
  readonly #parts = observingParts(PARTS, this.#probe);

  /** Runs a Program, leaves in `coverage` what it did, and reports what any engine would. */
  run(program: Program): Observation {
    this.coverage.reset();
    const run = new Run(program, prepare(program), this.#parts, OPTIONS);
    this.#probe.begin(run.store.stack);
    run.store.follow(new Observer(run.store, this.#probe));
    const observation = run.run((step) => (this.coverage.step = step));
    for (const outcome of observation.outcomes) this.#noteEnd(outcome);
    return observation;
  }
  #noteEnd(outcome: ObservedOutcome): void {
    if (outcome.kind === 'trapped') this.#probe.noteOf(HOST_KIND, eventId(`trap ${outcome.trap}` satisfies EventName));
  }
}
