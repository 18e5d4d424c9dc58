/**
 * A Program may end anywhere, for its fuel may run out. Nothing can be compared then, but what it leaves must be in order: it is run
 * again with less fuel, and the subject looks at its heap where that ends. Operations on many elements are dear, so it often
 * ends in the middle of one.
 */
import type { Program } from '#fuzz/program/program.ts';
import { engineFault } from './engine-fault.ts';
import type { Case, Oracle } from './oracle.ts';
import type { Verdict } from './verdict.ts';

export interface Interruption {
  /** How it differs from the Program. */
  readonly name: string;
  readonly program: Program;
}

/** Parts of the whole fuel that are spent before the end comes. */
const PARTS = [1 / 4, 1 / 2, 3 / 4];

/** @param spent fuel that the whole Program takes */
export function interruptionsOf(program: Program, spent: number): readonly Interruption[] {
  const fuels = new Set(PARTS.map((part) => Math.floor(part * spent)));
  fuels.delete(0);
  return [...fuels].map((fuel) => ({ name: `${fuel} units of fuel`, program: { ...program, limits: { ...program.limits, fuel } } }));
}

function lookAfter({ name, program }: Interruption, { subject, panel }: Case): Verdict | undefined {
  const interrupted = { engine: `${subject.engine}, ${name}`, observation: (panel.ending ?? panel.subject).run(program) };
  const verdict = engineFault([interrupted]);
  return verdict?.kind === 'disagree' ? { ...verdict, failure: { ...verdict.failure, oracle: 'interruption' } } : undefined;
}

export const interruption: Oracle = {
  name: 'interruption',
  needs: 'up to three more runs of the subject, cut short',
  every: 8,
  judge: (question) => {
    for (const cut of interruptionsOf(question.program, question.subject.observation.effort.instructions)) {
      const verdict = lookAfter(cut, question);
      if (verdict !== undefined) return verdict;
    }
    return { kind: 'agree' };
  },
};
