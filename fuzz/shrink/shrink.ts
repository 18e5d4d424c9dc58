/**
 * Shrinks a Program while it stays interesting: all reducers in turn, again and again, those that have just changed something
 * before the others, until none of them changes anything. Deterministic: the result depends on the Program, the predicate and the bound on tries alone.
 */
import type { Program } from '#fuzz/program/program.ts';
import { instructionsOf } from '#fuzz/program/size.ts';
import type { Examiner, Predicate } from './examiner.ts';
import { examinerOf } from './examiner.ts';
import type { GateOptions, Reducer } from './gate.ts';
import { Gate } from './gate.ts';
import { DETOURS } from './detours/registry.ts';
import { COARSE_REDUCERS, REDUCERS } from './reducers/registry.ts';
import { Turns } from './turns.ts';

/** In instructions: what may go on detours. */
const MAX_SIZE_FOR_DETOURS = 100;
/** Tries after which one ends. */
const DETOUR_TRIES = 400;

/** Shares of all exports, functions and definitions below which nothing is dropped, in turn. */
const GRAINS = [1 / 4, 1 / 32];
/** Below so many instructions, single items come soon enough. */
const LARGE = 1000;
/** Goes on with a grain while an eighth of the instructions goes each time. */
const WORTHWHILE = 7 / 8;

const DEFAULT_MAX_TRIES = 20_000;

export interface Shrunk {
  readonly program: Program;
  /** Candidates that were run. */
  readonly tries: number;
  /** Whether it ended because nothing smaller was found, and not because the bound was reached or it was stopped. */
  readonly complete: boolean;
}

export interface ShrinkOptions extends GateOptions {
  /** Told of each reducer before it runs. */
  readonly onReducer?: (name: string) => void;
  readonly reducers?: readonly Reducer[];
  /** Whether to look for what is smaller by way of what is larger, which takes several times the tries. */
  readonly detours?: boolean;
}

/** @param program interesting and valid */
export function shrink(program: Program, isInteresting: Predicate, options: ShrinkOptions = {}): Shrunk {
  return shrinkWith(program, examinerOf(isInteresting), options);
}

/** As `shrink`; how many are asked about at a time makes no difference to the result. */
export function shrinkWith(program: Program, examiner: Examiner, options: ShrinkOptions = {}): Shrunk {
  const { onReducer = () => {}, reducers = REDUCERS, detours = true } = options;
  const gate = new Gate(program, examiner, { maxTries: DEFAULT_MAX_TRIES, ...options });
  const reduce = (reducer: Reducer, grain: number): void => {
    onReducer(reducer.name);
    reducer.reduce(gate, grain);
  };
  gate.whileOpen(() => {
    for (const grain of GRAINS) reduceCoarsely(gate, () => COARSE_REDUCERS.forEach((reducer) => reduce(reducer, grain)));
    const exhaustAll = (): void => exhaust(gate, reducers, (reducer) => reduce(reducer, 0));
    exhaustAll();
    if (detours) while (takeDetour(gate, exhaustAll)) exhaustAll();
  });
  return { program: gate.best, tries: gate.tries, complete: !gate.closed };
}

function reduceCoarsely(gate: Gate, reduce: () => void): void {
  let before: number;
  do {
    before = instructionsOf(gate.best);
    if (before < LARGE) return;
    reduce();
  } while (instructionsOf(gate.best) <= before * WORTHWHILE);
}

/** @returns whether one has led to something smaller */
function takeDetour(gate: Gate, exhaustAll: () => void): boolean {
  if (instructionsOf(gate.best) > MAX_SIZE_FOR_DETOURS) return false;
  return DETOURS.some(({ starts, patience = Number.POSITIVE_INFINITY }) => {
    let vain = 0;
    for (const start of starts(gate.best)) {
      const before = gate.tries;
      if (gate.detour(start, DETOUR_TRIES, exhaustAll)) return true;
      // More than the one try that said that there is no way.
      if (gate.tries > before + 1 && ++vain === patience) return false;
    }
    return false;
  });
}

/** Until none of them changes anything: one after the other, but what has changed something before what has not. */
function exhaust(gate: Gate, reducers: readonly Reducer[], reduce: (reducer: Reducer) => void): void {
  const turns = new Turns(reducers.length);
  for (let turn = turns.next(); turn !== undefined; turn = turns.next()) {
    const before = gate.best;
    reduce(reducers[turn]!);
    turns.done(turn, gate.best !== before);
  }
}
