/** The audit's arithmetic for one object: the count that stands in its header, who was found to hold it, and what its life says they own. */
import type { Holder } from '#runtime/audit/holder.ts';
import { holdingsOf } from '#runtime/audit/recount.ts';
import type { Store } from '#runtime/store.ts';
import type { Picture } from './picture.ts';
import type { Balance } from './life.ts';
import { IN_HAND, describeOwner } from './life.ts';

export interface Reckoning {
  /** `array of type 0`; undefined where there is no object any more. */
  readonly what: string | undefined;
  /** What stands where the count is. */
  readonly stored: number;
  /** Every place that holds the object and has to own a count of it, in the audit's order. */
  readonly holders: readonly Holder[];
  /** What its life says that somebody owns, and the audit did not find, or the other way round. */
  readonly discrepancies: readonly Discrepancy[];
}

export interface Discrepancy {
  readonly owner: Balance['owner'];
  /** Counts taken and not given back; negative when more was given back. */
  readonly owned: number;
  /** Places found. */
  readonly found: number;
}

/** @param balances from the object's life, up to now */
export function reckon(store: Store, { nodes }: Picture, address: number, balances: readonly Balance[]): Reckoning {
  const holders = [...holdingsOf(store.heap, store)].flatMap(({ holder, ref }) => (ref === address ? [holder] : []));
  const object = nodes.find((node) => node.object?.address === address)?.object;
  return { what: object?.what, stored: object?.count ?? 0, holders, discrepancies: discrepanciesOf(balances, holders) };
}

/** Host roots hold what the host has in hand. */
function ownerOf(holder: Holder): Balance['owner'] {
  return holder.kind === 'lifoRoot' || holder.kind === 'ownedRoot' ? IN_HAND : holder;
}

export function discrepanciesOf(balances: readonly Balance[], holders: readonly Holder[]): readonly Discrepancy[] {
  const entries = new Map<string, { owner: Balance['owner']; owned: number; found: number }>();
  const entry = (owner: Balance['owner']) => {
    const key = describeOwner(owner);
    const known = entries.get(key) ?? { owner, owned: 0, found: 0 };
    entries.set(key, known);
    return known;
  };
  for (const { owner, counts } of balances) entry(owner).owned += counts;
  for (const holder of holders) entry(ownerOf(holder)).found++;
  return [...entries.values()].filter(({ owned, found }) => owned !== found);
}
