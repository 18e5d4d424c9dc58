import type { Program } from '#fuzz/program/program.ts';
import type { Observation } from './observation.ts';

/** Something that runs Programs. It reports; it does not judge. */
export interface Engine {
  readonly name: string;
  /** Runs a Program from start to end. Does not throw: a crash of the engine is a `faulted` outcome. */
  run(program: Program): Observation;
}
