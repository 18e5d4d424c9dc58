/**
 * Host objects are born as often as the Program asks for, and when everything is taken down, all of them have
 * died except those that garbage cycles keep.
 */
import type { Oracle } from './oracle.ts';
import type { Verdict } from './verdict.ts';

function disagree(invariant: string, message: string): Verdict {
  return { kind: 'disagree', failure: { oracle: 'hostLifetimes', invariant, operation: 'exit', holders: [], message } };
}

export const hostLifetimes: Oracle = {
  name: 'hostLifetimes',
  needs: 'nothing',
  every: 1,
  judge: ({ reference, subject }) => {
    const expected = reference.observation.hostLifetimes;
    const actual = subject.observation.hostLifetimes;
    if (expected === undefined || actual === undefined) return { kind: 'inconclusive', reason: 'the host objects were not counted' };
    const { births, deaths, kept } = actual;
    if (births !== expected.births) {
      return disagree('births', `${subject.engine} gave birth to ${births} host objects, ${reference.engine} to ${expected.births}`);
    }
    if (kept !== undefined && births - deaths !== kept) {
      return disagree('deaths', `${births} host objects were born and ${deaths} have died, but garbage cycles keep ${kept}`);
    }
    return { kind: 'agree' };
  },
};
