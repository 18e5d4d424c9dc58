/** Cases are valid: a module that every engine refuses tests nothing, and whoever made it has a defect. */
import type { Oracle } from './oracle.ts';

export const validity: Oracle = {
  name: 'validity',
  needs: 'nothing',
  every: 1,
  judge: ({ reference }) => {
    const step = reference.observation.outcomes.findIndex(({ kind }) => kind === 'invalid');
    if (step < 0) return { kind: 'agree' };
    const message = `step ${step}: all engines refuse the module`;
    return { kind: 'disagree', failure: { oracle: 'validity', invariant: 'valid case', operation: 'instantiate', holders: [], message } };
  },
};
