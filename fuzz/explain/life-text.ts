/** The life of an object in words: a line for each event. */
import { describeStep } from '#fuzz/findings/describe.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Chronicle } from './chronicle.ts';
import type { Life, LifeEvent, Owner, Place } from './life.ts';
import { describeOwner } from './life.ts';

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
export function stepName(position: number, program: Program): string {
  const step = program.steps[position];
  return `step ${position}, ${step === undefined ? 'exit' : describeStep(step, program)}`;
}
export function siteName({ site, collection }: Place): string {
  return collection === undefined ? site : `${site}, collection (${collection})`;
}

function eventText(event: LifeEvent): string {
  switch (event.kind) {
    case 'allocated':
      return '   allocated';
    case 'retained':
      return `+1 ${describeOwner(event.owner)}`;
    case 'released':
      return `-1 ${giverName(event.owner, event.unmatched)}`;
    case 'passed':
      return `   from ${giverName(event.from, event.unmatched)} to ${describeOwner(event.to)}`;
    case 'stored uncounted':
      return `   into ${describeOwner(event.owner)}, and nobody counts it`;
    case 'overwritten uncounted':
      return `   out of ${describeOwner(event.owner)}, and nobody gives its count back`;
    case 'freed':
      return '   freed';
    case 'wrong':
      return 'the first wrong moment';
  }
}
function giverName(owner: Owner, unmatched: boolean): string {
  return `${describeOwner(owner)}${unmatched ? ' (who owned none)' : ''}`;
}

/** A loop tells the same again and again: of so many events alike, only the first and the last are told. */
const MAX_ALIKE = 4;

/** What events have in common that differ in count and position only. */
function sortOf({ kind, place, ...event }: LifeEvent): string {
  const owner = 'owner' in event ? event.owner.kind : '';
  return [kind, owner, place.step, siteName(place)].join();
}
/** The last position of the events alike that begin at `first`. */
function endOfRun(events: readonly LifeEvent[], first: number): number {
  const sort = sortOf(events[first]!);
  let last = first;
  while (last + 1 < events.length && sortOf(events[last + 1]!) === sort) last++;
  return last;
}

/** Columns: what happens, the count afterwards, where; below a line for each step. */
export function lifeText({ events, omitted, omittedAt }: Life, { place, invariant }: Chronicle['noticed'], program: Program): readonly string[] {
  if (events.length === 0) return ['nothing was seen of it: it was never allocated'];
  const width = Math.max(...events.map((event) => eventText(event).length));
  const lines: string[] = [];
  let step = -1;
  const tell = (event: LifeEvent): void => {
    if (event.place.step !== step) lines.push(stepName((step = event.place.step), program));
    const text = eventText(event);
    lines.push(event.kind === 'wrong' ? `  --- ${text} ---` : `  ${text.padEnd(width)}  = ${event.count}  ${siteName(event.place)}`);
  };
  const tellRange = (from: number, to: number): void => {
    const part = events.slice(from, to);
    for (let first = 0; first < part.length; ) {
      const last = endOfRun(part, first);
      if (last - first < MAX_ALIKE) part.slice(first, last + 1).forEach(tell);
      else {
        tell(part[first]!);
        lines.push(`  ... ${last - first - 1} more like it ...`);
        tell(part[last]!);
      }
      first = last + 1;
    }
  };
  const cut = omitted > 0 ? omittedAt : events.length;
  tellRange(0, cut);
  if (omitted > 0) lines.push(`  ... ${plural(omitted, 'event')} left out ...`);
  tellRange(cut, events.length);
  if (place.step !== step) lines.push(stepName(place.step, program));
  lines.push(`  --- noticed [${invariant}]: ${siteName(place)} ---`);
  return lines;
}
