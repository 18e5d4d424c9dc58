/**
 * Finds the operation at the first wrong moment of a run that ended with a fault.
 *
 * A wrong count is noticed long after the mistake, and often by something innocent. So the run is repeated,
 * following it instruction by instruction, and audited at one moment chosen by bisection: between the last
 * right and the first wrong moment there is one operation.
 */
import type { Program } from '#fuzz/program/program.ts';
import { auditStore, scanStack } from '#runtime/audit/audit-store.ts';
import { Fault } from '#runtime/outcome.ts';
import type { Parts } from '#runtime/parts.ts';
import { holdersOf } from '#runtime/audit/recount.ts';
import type { HolderKind } from '#runtime/audit/holder.ts';
import { currentSite, operationName } from '#runtime/site.ts';
import type { Follower, RuntimeWork, Store } from '#runtime/store.ts';
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

/** Finds something wrong with a run at one of its moments. @param begun whether the instruction of the innermost frame is under way */
type Look = (run: Run, begun: boolean) => void;

const auditCounts: Look = ({ store }) => auditStore(store);
const scanStacks: Look = ({ store }, begun) => scanStack(store, begun);
const checkRoots: Look = (run) => run.checkRoots();

type Holders = Readonly<Partial<Record<HolderKind, number>>>;

/** What was seen at one moment of a repetition. */
interface Probe {
  readonly wrong: Fault | undefined;
  /** Who holds the object that is wrong, or about to become so. */
  readonly holders: Holders;
  /** What has led from the moment before to this one. */
  readonly operation: string;
}

/** Counts the moments of a run, between which one thing happens, and looks at the store at one of them. */
class Prober implements Follower {
  moments = 0;
  /** Those of them before everything is taken down. */
  momentsOfSteps = 0;
  probe: Probe | undefined;
  readonly #run: Run;
  readonly #store: Store;
  readonly #target: number;
  readonly #suspect: number;
  readonly #examine: Look;
  #before = 'instantiate';

  /** @param suspect address of an object; 0 for the one that is wrong */
  constructor(run: Run, target: number, suspect: number, examine: Look) {
    this.#run = run;
    this.#store = run.store;
    this.#target = target;
    this.#suspect = suspect;
    this.#examine = examine;
  }
  // An instruction only begins when its predecessor is done; a safe point lies within the instruction under way.
  instruction(): void {
    if (this.#isTarget()) this.#look(this.#before, false);
  }
  safePoint(): void {
    if (this.#isTarget()) this.#look(this.#underWay());
  }
  collection(): void {
    this.safePoint();
  }
  done(work: RuntimeWork): void {
    if (this.#isTarget()) this.#look(this.#cause(work));
  }

  #isTarget(): boolean {
    const moment = ++this.moments;
    if (this.#store.hostOperation !== 'exit') this.momentsOfSteps = moment;
    if (moment === this.#target - 1) this.#before = this.#underWay();
    return moment === this.#target;
  }
  #cause(work: RuntimeWork): string {
    const { lastEnd } = this.#store;
    if (work === 'throwing') return this.#underWay();
    return work === 'unwinding' && lastEnd !== undefined ? operationName(lastEnd.site) : work;
  }
  #underWay(): string {
    return operationName(currentSite(this.#store));
  }
  /** @param begun whether the instruction of the innermost frame is under way */
  #look(operation: string, begun = true): void {
    const wrong = defectOf(() => this.#examine(this.#run, begun));
    const suspect = this.#suspect || (wrong?.address ?? 0);
    this.probe = { wrong, holders: suspect === 0 ? {} : holdersOf(this.#store.heap, this.#store, suspect), operation };
    throw new Stop();
  }
}

function defectOf(examine: () => void): Fault | undefined {
  try {
    examine();
    return undefined;
  } catch (error) {
    return error instanceof Fault ? error : new Fault('crash', String(error));
  }
}

/** Repeats a run, to look at one of its moments; 0 is none, and comes to the end. */
function repetition(program: Program, prepared: Prepared, parts: Parts, options: EngineOptions) {
  return (target: number, suspect = 0, examine = auditCounts) => {
    const run = new Run(program, prepared, parts, options);
    const prober = new Prober(run, target, suspect, examine);
    run.store.follow(prober);
    return { observation: run.run(), prober };
  };
}

/**
 * The first moment at which a count is wrong, a stack holds something that is no stack root, or the host has lost track of its roots.
 * What is wrong with a stack comes to the counts later, when what it holds has died, so the earlier moment tells more.
 * @returns undefined when nothing is wrong before the end
 */
export function firstWrongMoment(program: Program, prepared: Prepared, parts: Parts, options: EngineOptions): WrongMoment | undefined {
  const repeat = repetition(program, prepared, parts, options);
  const { moments, momentsOfSteps } = repeat(0).prober;
  const search = (last: number, examine: Look): WrongMoment | undefined => firstWrong(last, (moment) => repeat(moment, 0, examine).prober.probe);
  const counts = search(moments, auditCounts);
  const uncounted = search(counts === undefined ? moments : counts.moment - 1, scanStacks);
  return uncounted ?? counts ?? search(momentsOfSteps, checkRoots);
}

/**
 * @param fault that a run of the Program with these parts has ended with
 * @returns the same fault; if the audit sees it, with the operation that led to the first wrong moment, what was wrong then, and the kinds
 *   of holders that the object concerned has gained or lost
 */
export function locateFault(fault: ObservedFault, program: Program, prepared: Prepared, parts: Parts, options: EngineOptions): ObservedFault {
  const repeat = repetition(program, prepared, parts, options);
  const { observation, prober } = repeat(0);
  const again = observation.outcomes.at(-1);
  // Followed, the frames know exactly where the fault arose.
  const exact = again?.kind === 'faulted' && again.fault.invariant === fault.invariant ? { ...fault, operation: again.fault.operation } : fault;

  const found = firstWrong(prober.moments, (moment) => repeat(moment).prober.probe);
  if (found === undefined) return exact;
  const { moment, wrong, holders, operation } = found;
  const { defect, message } = observeFault(wrong, operation);
  const before = wrong.address === undefined ? holders : (repeat(moment - 1, wrong.address).prober.probe?.holders ?? {});
  return { ...fault, message: withCause(fault.message, message), defect, operation, holders: changedKinds(before, holders) };
}

function withCause(message: string, cause: string): string {
  return message === cause ? message : `${message}\nFirst wrong: ${cause}`;
}

/** What waits for its release is not held by what it waits in. */
const NO_HOLDER: HolderKind = 'pendingDrop';

function changedKinds(before: Holders, after: Holders): readonly string[] {
  const kinds = new Set([...Object.keys(before), ...Object.keys(after)] as HolderKind[]);
  return [...kinds].filter((kind) => before[kind] !== after[kind] && kind !== NO_HOLDER).sort();
}

/** A moment at which something is wrong, and nothing is at the one before; followers are told of moments, the first is 1. */
export type WrongMoment = Probe & { readonly moment: number; readonly wrong: Fault };

/** @returns undefined when nothing is wrong at the last moment */
function firstWrong(moments: number, probeAt: (moment: number) => Probe | undefined): WrongMoment | undefined {
  const look = (moment: number): WrongMoment | undefined => {
    const probe = probeAt(moment);
    return probe?.wrong === undefined ? undefined : { ...probe, wrong: probe.wrong, moment };
  };
  let right = 0;
  let found = moments === 0 ? undefined : look(moments);
  while (found !== undefined && found.moment - right > 1) {
    const middle = (right + found.moment) >> 1;
    const wrong = look(middle);
    if (wrong === undefined) right = middle;
    else found = wrong;
  }
  return found;
}
