/**
 * Repeats a run that breaks an invariant, with a recorder in its collector: the life of the object that is wrong, what the audit finds
 * at the first wrong moment, and where the run ends.
 */
import { firstWrongMoment } from '#fuzz/engines/locate.ts';
import { observeFault } from '#fuzz/engines/fault-report.ts';
import type { Defect } from '#fuzz/engines/observation.ts';
import { prepare } from '#fuzz/engines/prepare.ts';
import type { EngineOptions } from '#fuzz/engines/run.ts';
import { Run } from '#fuzz/engines/run.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { Fault } from '#runtime/outcome.ts';
import type { Parts } from '#runtime/parts.ts';
import { currentSite, describeSite } from '#runtime/site.ts';
import type { Follower, RuntimeWork, Store } from '#runtime/store.ts';
import type { Reckoning } from './reckoning.ts';
import { reckon } from './reckoning.ts';
import type { Life, Owner, Place } from './life.ts';
import { IN_HAND, LifeRecorder } from './life.ts';
import type { Picture } from './picture.ts';
import { pictureOf } from './picture.ts';
import type { LostRoots } from './lost-roots.ts';
import { surveyRoots } from './lost-roots.ts';
import type { Listener } from './recording-heap.ts';
import { recordingHeap } from './recording-heap.ts';

/** The store at a moment, as far as it concerns the object. */
export interface Scene {
  readonly place: Place;
  /** What the audit says; empty at the end of a run that broke an assertion. */
  readonly message: string;
  readonly reckoning: Reckoning;
  readonly picture: Picture;
}

export interface Chronicle {
  /** The operation at the first wrong moment, which need not be the one that noticed. */
  readonly guilty: string;
  readonly defect: Defect | undefined;
  /** Where something is wrong for the first time; undefined when the run ends within the guilty operation. */
  readonly firstWrong: Scene | undefined;
  /** What the stack maps leave out, if that is how a collection came to be wrong. */
  readonly overlooked: LostRoots | undefined;
  /** What ended the run. */
  readonly noticed: { readonly place: Place; readonly invariant: string; readonly message: string };
  /** The object's, from its last birth before it was wrong; undefined when the failure names no object. */
  readonly suspect: { readonly address: number; readonly life: Life; readonly end: Scene } | undefined;
}

/** Counts moments as `locate.ts` does, and knows at each of them where the run is. */
class Chronicler implements Follower, Listener {
  readonly suspect: number;
  recorder = new LifeRecorder();
  firstWrong: Scene | undefined;
  step = 0;
  readonly #store: Store;
  /** Number of the first wrong moment, or 0. */
  readonly #target: number;
  readonly #message: string;
  #moments = 0;
  #collection: string | undefined;
  #before: Place;
  /** The object is born once more behind the first wrong moment: that is another story. */
  #over = false;

  constructor(store: Store, suspect: number, target: number, message: string) {
    this.#store = store;
    this.suspect = suspect;
    this.#target = target;
    this.#message = message;
    this.#before = this.place();
  }

  place(): Place {
    return { step: this.step, site: describeSite(currentSite(this.#store)), collection: this.#collection };
  }
  scene(place: Place, message: string): Scene {
    const picture = pictureOf(this.#store, this.suspect);
    return { place, message, reckoning: reckon(this.#store, picture, this.suspect, this.recorder.life().balances), picture };
  }

  // --- Moments -------------------------------------------------------------------------------------------

  instruction(): void {
    this.#pass(this.#before);
    this.#before = this.place();
  }
  safePoint(): void {
    this.#pass(this.place());
  }
  collection(trigger: string): void {
    this.#pass(this.place());
    this.#collection = trigger;
  }
  done(work: RuntimeWork): void {
    this.#pass(this.place());
    if (work === 'collection') this.#collection = undefined;
    this.#before = this.place();
  }
  #pass(place: Place): void {
    if (++this.#moments !== this.#target) return;
    this.firstWrong = this.scene(place, this.#message);
    this.recorder.wrong(place);
  }

  // --- Events --------------------------------------------------------------------------------------------

  #record(tell: (recorder: LifeRecorder) => void): void {
    if (!this.#over) tell(this.recorder);
  }
  allocated(count: number): void {
    this.#over = this.firstWrong !== undefined;
    if (!this.#over) this.recorder = new LifeRecorder();
    this.#record((recorder) => recorder.allocated({ place: this.place(), count }));
  }
  retained(count: number, owner: Owner): void {
    this.#record((recorder) => recorder.retained({ place: this.place(), count }, owner));
  }
  released(count: number, owner: Owner): void {
    this.#record((recorder) => recorder.released({ place: this.place(), count }, owner));
  }
  passed(count: number, from: Owner, to: Owner): void {
    this.#record((recorder) => recorder.passed({ place: this.place(), count }, from, to));
  }
  storedUncounted(count: number, owner: Owner): void {
    this.#record((recorder) => recorder.storedUncounted({ place: this.place(), count }, owner));
  }
  overwrittenUncounted(count: number, owner: Owner): void {
    this.#record((recorder) => recorder.overwrittenUncounted({ place: this.place(), count }, owner));
  }
  freed(count: number): void {
    this.#record((recorder) => recorder.freed({ place: this.place(), count }));
  }
  cellOwner(cells: Int32Array, index: number): Owner {
    const { globals, tables, elements, pendingException } = this.#store;
    if (cells === pendingException) return { kind: 'pendingException' };
    const global = globals.findIndex((candidate) => candidate.cells === cells);
    if (global >= 0) return { kind: 'global', index: global };
    const table = tables.findIndex((candidate) => candidate.cells === cells);
    if (table >= 0) return { kind: 'table', index: table, entry: index };
    const segment = elements.findIndex((candidate) => candidate.cells === cells);
    return segment >= 0 ? { kind: 'segment', index: segment, entry: index } : IN_HAND;
  }
}

/**
 * @param parts of `drc`, healthy or not
 * @returns undefined when the run breaks no invariant
 */
export function chronicle(program: Program, parts: Parts, options: EngineOptions): Chronicle | undefined {
  const prepared = prepare(program, parts.Layouts);
  const first = new Run(program, prepared, parts, options);
  const last = first.run().outcomes.at(-1);
  if (last?.kind !== 'faulted') return undefined;
  const wrong = firstWrongMoment(program, prepared, parts, options);
  const suspect = wrong?.wrong.address ?? addressOf(first.fault) ?? 0;

  let chronicler: Chronicler | undefined;
  const Heap = recordingHeap(parts.Heap as typeof DrcHeap, () => chronicler);
  const run = new Run(program, prepared, { ...parts, Heap }, options);
  const recorder = (chronicler = new Chronicler(run.store, suspect, wrong?.moment ?? 0, wrong?.wrong.message ?? ''));
  run.store.follow(recorder);
  const { outcomes } = run.run((step) => (recorder.step = step));
  const end = outcomes.at(-1);
  const fault = end?.kind === 'faulted' ? end.fault : last.fault;
  const place = endOf(run, recorder);
  const defect = wrong === undefined ? fault.defect : observeFault(wrong.wrong, wrong.operation).defect;
  // When all was well before a collection that did not come to its end, the instruction at which it happened is innocent.
  const culprit = wrong?.operation ?? (place.collection === undefined ? fault.operation : 'collection');
  const overlooked = defect === 'unrooted' && culprit === 'collection' ? surveyRoots(program, prepared, parts, options) : undefined;
  return {
    guilty: overlooked?.operation ?? culprit,
    defect,
    firstWrong: recorder.firstWrong,
    overlooked,
    noticed: { place, invariant: fault.invariant, message: fault.message },
    suspect: suspect === 0 ? undefined : { address: suspect, life: recorder.recorder.life(), end: recorder.scene(place, '') },
  };
}

function addressOf(fault: unknown): number | undefined {
  return fault instanceof Fault ? fault.address : undefined;
}

/** Where a run ended; a signal knows best, because the frames are gone. */
function endOf(run: Run, chronicler: Chronicler): Place {
  const { lastEnd } = run.store;
  const place = chronicler.place();
  return lastEnd !== undefined && lastEnd.signal === run.fault ? { ...place, site: describeSite(lastEnd.site) } : place;
}
