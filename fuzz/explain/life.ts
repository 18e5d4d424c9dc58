/**
 * The life of one object as data: each event that has to do with its count, and a ledger of who took a count and who gave one back.
 *
 * A count is owned by a place (`Holder`), or is in hand: on its way between host, roots and the runtime, which take and give back
 * counts without telling the collector for what.
 */
import type { Holder } from '#runtime/audit/holder.ts';
import { describeHolder } from '#runtime/audit/holder.ts';

export type Owner = Holder | { readonly kind: 'inHand' };
export const IN_HAND: Owner = { kind: 'inHand' };

export function describeOwner(owner: Owner): string {
  return owner.kind === 'inHand' ? 'host or runtime' : describeHolder(owner);
}

/** Where in a run something happens. */
export interface Place {
  /** Position of the step of the Program. */
  readonly step: number;
  /** `instruction 4 (array.copy) of function 0`, or what the host is doing. */
  readonly site: string;
  /** Why the collection happens that it is part of. */
  readonly collection: string | undefined;
}

/** Counts are those after the event, as they stand in the header. */
interface Event {
  readonly place: Place;
  readonly count: number;
}
export type LifeEvent = Event &
  (
    | { readonly kind: 'allocated' }
    | { readonly kind: 'retained'; readonly owner: Owner }
    /** `unmatched`: the owner had no count to give back. */
    | { readonly kind: 'released'; readonly owner: Owner; readonly unmatched: boolean }
    /** A count changes hands. */
    | { readonly kind: 'passed'; readonly from: Owner; readonly to: Owner; readonly unmatched: boolean }
    /** A cell came to hold the object, and nobody counted it. */
    | { readonly kind: 'stored uncounted'; readonly owner: Owner }
    /** A cell that held the object was overwritten, and nobody gave back its count. */
    | { readonly kind: 'overwritten uncounted'; readonly owner: Owner }
    | { readonly kind: 'freed' }
    /** The audit sees for the first time that something is wrong. Its count is 0, not the object's. */
    | { readonly kind: 'wrong' }
  );

/** What the events say that somebody owns; negative when more was given back than taken. */
export interface Balance {
  readonly owner: Owner;
  readonly counts: number;
}

export interface Life {
  /** In order; of a long life some in the middle are missing. */
  readonly events: readonly LifeEvent[];
  /** Events left out, and the position where they would be. */
  readonly omitted: number;
  readonly omittedAt: number;
  /** At the end. Owners at zero are absent. */
  readonly balances: readonly Balance[];
}

/** Events kept from the beginning of a life, and at least so many of its end. */
const KEPT_FIRST = 100;
const KEPT_LAST = 400;

/** Writes a life down. */
export class LifeRecorder {
  #events: LifeEvent[] = [];
  #omitted = 0;
  readonly #balances = new Map<string, { owner: Owner; counts: number }>();

  allocated(at: Event): void {
    this.#change(IN_HAND, 1);
    this.#add({ ...at, kind: 'allocated' });
  }
  retained(at: Event, owner: Owner): void {
    this.#change(owner, 1);
    this.#add({ ...at, kind: 'retained', owner });
  }
  released(at: Event, owner: Owner): void {
    const giver = this.#giver(owner);
    this.#add({ ...at, kind: 'released', owner: giver, unmatched: this.#change(giver, -1) < 0 });
  }
  passed(at: Event, owner: Owner, to: Owner): void {
    const from = this.#giver(owner);
    const unmatched = this.#change(from, -1) < 0;
    this.#change(to, 1);
    this.#add({ ...at, kind: 'passed', from, to, unmatched });
  }
  storedUncounted(at: Event, owner: Owner): void {
    this.#add({ ...at, kind: 'stored uncounted', owner });
  }
  overwrittenUncounted(at: Event, owner: Owner): void {
    this.#add({ ...at, kind: 'overwritten uncounted', owner });
  }
  freed(at: Event): void {
    this.#add({ ...at, kind: 'freed' });
  }
  wrong(place: Place): void {
    this.#add({ place, count: 0, kind: 'wrong' });
  }

  life(): Life {
    const balances = [...this.#balances.values()].filter(({ counts }) => counts !== 0);
    return { events: [...this.#events], omitted: this.#omitted, omittedAt: KEPT_FIRST, balances: balances.map((balance) => ({ ...balance })) };
  }

  /** A caught exception is taken out of its cell by hand. */
  #giver(owner: Owner): Owner {
    const pending: Owner = { kind: 'pendingException' };
    const empty = owner.kind === 'inHand' && this.#countsOf(owner) === 0;
    return empty && this.#countsOf(pending) > 0 ? pending : owner;
  }
  #countsOf(owner: Owner): number {
    return this.#balances.get(describeOwner(owner))?.counts ?? 0;
  }
  #change(owner: Owner, by: number): number {
    const key = describeOwner(owner);
    const balance = this.#balances.get(key) ?? { owner, counts: 0 };
    this.#balances.set(key, balance);
    return (balance.counts += by);
  }
  #add(event: LifeEvent): void {
    this.#events.push(event);
    if (this.#events.length < KEPT_FIRST + 2 * KEPT_LAST) return;
    this.#events.splice(KEPT_FIRST, KEPT_LAST);
    this.#omitted += KEPT_LAST;
  }
}
