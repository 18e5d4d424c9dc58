/**
 * Finds the operation at the first wrong moment of a run that ended with a fault.
 *
 * A wrong count is noticed long after the mistake, and often by something innocent. So the run is repeated,
 * following it instruction by instruction, and audited at one moment chosen by bisection: between the last
 * right and the first wrong moment there is one operation.
 */
import type { Program } from '#fuzz/program/program.ts';
import { auditStore } from '#runtime/audit/audit-store.ts';
import { Fault } from '#runtime/outcome.ts';
import type { Parts } from '#runtime/parts.ts';
import type { Site } from '#runtime/site.ts';
import { currentSite, operationName } from '#runtime/site.ts';
import type { Follower, Store } from '#runtime/store.ts';
import { observeFault } from './fault-report.ts';
import type { ObservedFault } from './observation.ts';
import type { Prepared } from './prepare.ts';
import type { EngineOptions } from './run.ts';
import { Run } from './run.ts';

/** Ends a repetition; a fault, because host functions let nothing else pass untouched. */
class Stop extends Fault {
  constructor() {
    super('stop', 'the repetition is over');
  }
}

/** What was seen at one moment of a repetition. */
interface Probe {
  readonly defect: Fault | undefined;
  /** Of that moment and the one before. */
  readonly site: Site;
  readonly before: Site;
  readonly isSafePoint: boolean;
}

const NOWHERE: Site = { fn: undefined, pc: 0, hostOperation: 'instantiate' };

/** Counts the moments of a run, instructions and safe points, and looks at the store at one of them. */
class Prober implements Follower {
  moments = 0;
  probe: Probe | undefined;
  readonly #store: Store;
  readonly #target: number;
  #before = NOWHERE;

  constructor(store: Store, target: number) {
    this.#store = store;
    this.#target = target;
  }
  instruction(): void {
    this.#moment(false);
  }
  safePoint(): void {
    this.#moment(true);
  }
  #moment(isSafePoint: boolean): void {
    const moment = ++this.moments;
    if (moment === this.#target - 1) this.#before = currentSite(this.#store);
    if (moment !== this.#target) return;
    this.probe = { defect: defectOf(this.#store), site: currentSite(this.#store), before: this.#before, isSafePoint };
    throw new Stop();
  }
}

function defectOf(store: Store): Fault | undefined {
  try {
    auditStore(store);
    return undefined;
  } catch (error) {
    return error instanceof Fault ? error : new Fault('crash', String(error));
  }
}

/**
 * @param fault that a run of the Program with these parts has ended with
 * @returns the same fault with the operation at the first wrong moment and, if the audit sees it, its holders
 */
export function locateFault(fault: ObservedFault, program: Program, prepared: Prepared, parts: Parts, options: EngineOptions): ObservedFault {
  const repeat = (target: number) => {
    const run = new Run(program, prepared, parts, options);
    const prober = new Prober(run.store, target);
    run.store.follow(prober);
    return { observation: run.run(), prober };
  };
  const { observation, prober } = repeat(0);
  const again = observation.outcomes.at(-1);
  // Followed, the frames know exactly where the fault arose.
  const exact = again?.kind === 'faulted' && again.fault.invariant === fault.invariant ? { ...fault, operation: again.fault.operation } : fault;

  const probe = firstWrong(prober.moments, (moment) => repeat(moment).prober.probe);
  if (probe?.defect === undefined) return exact;
  // A safe point lies within the guilty operation; an instruction only begins when its predecessor is done.
  const operation = operationName(probe.isSafePoint ? probe.site : probe.before);
  return { ...fault, operation, holders: observeFault(probe.defect, operation).holders };
}

/** @returns the probe of a wrong moment whose predecessor is right, or undefined when the last one is right */
function firstWrong(moments: number, probeAt: (moment: number) => Probe | undefined): Probe | undefined {
  let right = 0;
  let wrong = moments;
  let found = moments === 0 ? undefined : probeAt(moments);
  if (found?.defect === undefined) return undefined;
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    const probe = probeAt(middle);
    if (probe?.defect === undefined) right = middle;
    else {
      wrong = middle;
      found = probe;
    }
  }
  return found;
}
