/**
 * `gctwin minimize` beside other reducers: the same modules, the same command that says what is interesting, one process after
 * the other. And beside itself judging in process, which spares it a process for each try.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Size } from '#fuzz/minimize/protocol.ts';
import { median } from './measure.ts';
import type { Input } from './minimize/inputs.ts';
import { inputs } from './minimize/inputs.ts';
import type { Reducer, Reduction } from './minimize/reducer.ts';
import { GCTWIN_IN_PROCESS, foreignReducer, gctwinByCommand, reduce } from './minimize/reducer.ts';
import type { Bench, BenchRequest, BenchResult } from './result.ts';
import { BenchError, result } from './result.ts';

interface Column {
  readonly reducer: Reducer;
  readonly reductions: Reduction[];
}

/** As gctwin orders modules: instructions, then types, then bytes. */
function isLarger(left: Size, right: Size): boolean {
  return (left.instructions - right.instructions || left.types - right.types || left.bytes - right.bytes) > 0;
}

const HEADINGS = ['input', 'reducer', 'bytes', 'instructions', 'types', 'tries', 'seconds', ''];
const WIDTHS = [14, 18, 7, 12, 6, 6, 8, 0];

function tableLine(cells: readonly string[]): string {
  return cells.map((cell, i) => (i < 2 ? cell.padEnd(WIDTHS[i]!) : cell.padStart(WIDTHS[i]!))).join('  ').trimEnd();
}
function describe(input: Input, { name }: Reducer, { bytes, instructions, types, tries, seconds, cut, complaint }: Reduction): string {
  const remark = cut ? 'cut off' : (complaint ?? '');
  return tableLine([input.name, name, `${bytes}`, `${instructions}`, `${types}`, `${tries ?? '-'}`, seconds.toFixed(1), remark]);
}

/** Inputs come one after the other, and all reducers have a go at each, so that a machine whose speed drifts treats them alike. */
async function measure(ours: Column, others: readonly Column[], all: readonly Input[], { maxSeconds, maxRatio, note }: BenchRequest): Promise<void> {
  note(tableLine(HEADINGS));
  for (const input of all) {
    const go = async ({ reducer, reductions }: Column, limit: number): Promise<number> => {
      const reduction = await reduce(reducer, input, limit);
      reductions.push(reduction);
      note(describe(input, reducer, reduction), { input: input.name, inputBytes: input.bytes.length, reducer: reducer.name, ...reduction });
      return reduction.seconds;
    };
    const took = await go(ours, maxSeconds);
    for (const other of others) await go(other, Math.min(maxSeconds, maxRatio * took));
  }
}

function medianOf({ reductions }: Column, of: (reduction: Reduction) => number | undefined): number {
  return median(reductions.map((reduction) => of(reduction) ?? Number.NaN));
}
function summarize({ reducer, reductions }: Column, { note }: BenchRequest): void {
  const column = { reducer, reductions };
  const sizes = `${medianOf(column, ({ bytes }) => bytes)} bytes, ${medianOf(column, ({ instructions }) => instructions)} instructions`;
  const cut = reductions.filter((reduction) => reduction.cut).length;
  const effort = `${medianOf(column, ({ tries }) => tries)} tries, ${medianOf(column, ({ seconds }) => seconds).toFixed(1)} s`;
  note(`${reducer.name}, in the median: ${sizes}, ${effort}${cut === 0 ? '' : `; ${cut} of ${reductions.length} cut off`}`);
}

/** Our time against another's, in the median, and whether ours is never larger. Who was cut off would have taken longer. */
function contrast(ours: Column, other: Column, { note }: BenchRequest): BenchResult {
  const ratios = ours.reductions.map(({ seconds }, i) => other.reductions[i]!.seconds / seconds);
  const larger = ours.reductions.filter((reduction, i) => isLarger(reduction, other.reductions[i]!)).length;
  const count = ours.reductions.length;
  const atLeast = other.reductions.some(({ cut }) => cut) ? 'at least ' : '';
  const idle = other.reductions.filter(({ complaint }) => complaint !== undefined).length;
  const gaveUp = idle === 0 ? '' : `; ${other.reducer.name} gave up on ${idle}`;
  note(`${ours.reducer.name} beside ${other.reducer.name}: smaller or equal on ${count - larger} of ${count} inputs; ${atLeast}${median(ratios).toFixed(1)} times as fast on the median input${gaveUp}`);
  const [value, baseline] = [ours, other].map((column) => medianOf(column, ({ seconds }) => seconds)) as [number, number];
  return result(`minimize: ${ours.reducer.name}`, value, 's', { name: other.reducer.name, value: baseline }, 'at most 0.1');
}

/** @throws BenchError when there is none of these names */
function chosenInputs(names: readonly string[]): readonly Input[] {
  const chosen = inputs(names);
  if (chosen.length === 0) throw new BenchError(`there is no input ${names.join(' or ')}`);
  return chosen;
}

async function run(request: BenchRequest): Promise<readonly BenchResult[]> {
  const column = (reducer: Reducer): Column => ({ reducer, reductions: [] });
  const [ours, inProcess] = [gctwinByCommand(availableParallelism()), GCTWIN_IN_PROCESS].map(column) as [Column, Column];
  const others = request.against.map((words) => column(foreignReducer(words)));
  if (others.length === 0) request.note('no other reducer is given by --against, so gctwin is measured alone');
  // Whatever is started compiles its JavaScript but once.
  const cache = mkdtempSync(join(tmpdir(), 'gctwin-compile-cache-'));
  const before = process.env['NODE_COMPILE_CACHE'];
  process.env['NODE_COMPILE_CACHE'] = cache;
  try {
    await measure(ours, [inProcess, ...others], chosenInputs(request.inputs), request);
  } finally {
    if (before === undefined) delete process.env['NODE_COMPILE_CACHE'];
    else process.env['NODE_COMPILE_CACHE'] = before;
    rmSync(cache, { recursive: true, force: true });
  }
  for (const each of [ours, inProcess, ...others]) summarize(each, request);
  return [...others, inProcess].map((other) => contrast(ours, other, request));
}

export const bench: Bench = { name: 'minimize', run };
