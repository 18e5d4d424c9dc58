/** A minimization in words. */
import type { Size } from '#fuzz/minimize/protocol.ts';
import type { CustomSection } from '#wasm/syntax/module.ts';

export interface MinimizeProgress {
  readonly before: Size;
  readonly best: Size;
  readonly tries: number;
  readonly seconds: number;
  readonly reducer: string;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function describeSize({ bytes, instructions, types }: Size): string {
  return `${plural(bytes, 'byte')}, ${plural(instructions, 'instruction')}, ${plural(types, 'type')}`;
}

export function describeTries(tries: number, seconds: number): string {
  return `${tries === 1 ? '1 try' : `${tries} tries`} in ${seconds.toFixed(1)} s (${Math.round(tries / Math.max(seconds, 0.001))}/s)`;
}

export function describeCustoms(customs: readonly CustomSection[]): string {
  return customs.map(({ name, bytes }) => `${JSON.stringify(name)} (${plural(bytes.length, 'byte')})`).join(', ');
}

export function progressPanel(path: string, { before, best, tries, seconds, reducer }: MinimizeProgress): readonly string[] {
  return [`${path}: ${describeSize(before)}`, `now ${describeSize(best)}`, `${describeTries(tries, seconds)}, ${reducer}`];
}
export function progressLine({ best, tries, seconds, reducer }: MinimizeProgress): string {
  return `${describeSize(best)}; ${describeTries(tries, seconds)}, ${reducer}`;
}
