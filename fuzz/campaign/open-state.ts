/** Begins a campaign in a state file, or goes on with the one that is there. */
import { absentAmong } from '#fuzz/engines/foreign/absent.ts';
import { describeEngine } from '#fuzz/engines/foreign/comparison.ts';
import type { Finding, Versions } from '#fuzz/findings/finding.ts';
import type { Plan } from './plan.ts';
import { planText } from './plan.ts';
import { planDifferences } from './plan-differences.ts';
import { State, StateError } from './state.ts';

export interface OpenOptions {
  readonly versions: Versions;
  readonly resume: boolean;
  /** The plan that is wanted. @param stored the one to go on with, if there is one; what it says holds where nothing else is asked for */
  readonly planFor: (stored: Plan | undefined) => Plan;
  /** Told of the findings of a campaign that is about to be forgotten. */
  readonly rescue: (finding: Finding) => void;
}

/** @throws StateError when the file cannot be used, holds another campaign than the one to go on with, or one of engines that are gone */
export function openState(path: string, { versions, resume, planFor, rescue }: OpenOptions): { readonly state: State; readonly plan: Plan } {
  const state = State.open(path);
  try {
    return { state, plan: resume ? goOn(state, planFor, versions) : begin(state, planFor(undefined), versions, rescue) };
  } catch (error) {
    state.close();
    throw error;
  }
}

function begin(state: State, plan: Plan, versions: Versions, rescue: (finding: Finding) => void): Plan {
  for (const { finding, cases } of state.findings()) if (cases > 0) rescue(finding);
  state.begin([plan], versions);
  return plan;
}

function goOn(state: State, planFor: OpenOptions['planFor'], versions: Versions): Plan {
  const { plans } = state;
  if (plans.length > 1) throw new StateError(`${state.path} holds merged results, with which no campaign can go on`);
  const [stored] = plans;
  const plan = planFor(stored);
  if (stored === undefined) state.begin([plan], versions);
  else takeUp(state, stored, plan);
  const gone = plan.pair && absentAmong(plan.pair);
  if (gone !== undefined) {
    throw new StateError(`${state.path} holds a campaign of ${describeEngine(gone)}, which is no longer there: put it back, or begin another campaign with --state FILE or without --resume`);
  }
  return plan;
}

/** @param plan differs from the stored one in what is known, if it does at all */
function takeUp(state: State, stored: Plan, plan: Plan): void {
  const differences = planDifferences(stored, plan);
  if (differences.length > 0) {
    throw new StateError(`${state.path} holds another campaign (${differences.join('; ')}): keep this one elsewhere with --state FILE, or begin it in place of that one without --resume`);
  }
  if (planText(plan) !== planText(stored)) state.revise(plan);
}
