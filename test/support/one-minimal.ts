/** Whether a Program is as small as reducers can make it. */
import type { Program } from '#fuzz/program/program.ts';
import type { Predicate } from '#fuzz/shrink/examiner.ts';
import { examinerOf } from '#fuzz/shrink/examiner.ts';
import { Gate } from '#fuzz/shrink/gate.ts';
import { REDUCERS } from '#fuzz/shrink/reducers/registry.ts';

/** Names of the reducers of which a step still applies, each tried for itself. */
export function reducersThatApply(program: Program, isInteresting: Predicate): readonly string[] {
  return [...new Set(REDUCERS)].flatMap((reducer) => {
    const gate = new Gate(program, examinerOf(isInteresting));
    reducer.reduce(gate, 0);
    return gate.best === program ? [] : [reducer.name];
  });
}
