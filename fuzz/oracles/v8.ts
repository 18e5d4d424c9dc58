/** What both twins get wrong alike shows only on an engine that shares no code with them. */
import { compareObservations } from './differential.ts';
import { engineFault } from './engine-fault.ts';
import type { Oracle } from './oracle.ts';
import { v8DefectIn } from './v8-defects.ts';

export const v8: Oracle = {
  name: 'v8',
  needs: 'a run on V8',
  every: 1,
  judge: ({ program, reference, panel }) => {
    const seen = { engine: panel.v8.name, observation: panel.v8.run(program) };
    // V8 or our way of asking it is at fault, and either is to be mended.
    const fault = engineFault([seen]);
    if (fault !== undefined) return fault;
    const verdict = compareObservations(reference, seen, { oracle: 'v8', sharesLimits: false });
    const defect = verdict.kind === 'disagree' ? v8DefectIn(program) : undefined;
    return defect === undefined ? verdict : { kind: 'inconclusive', reason: defect };
  },
};
