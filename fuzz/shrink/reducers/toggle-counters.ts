/**
 * Lets a local that counts the rounds of a loop be 1 and 0 in turn, from 0: where two rounds are enough, that takes fewer instructions than to count
 * down from 2.
 */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Reducer } from '../gate.ts';
import { forEachSite } from '../sites.ts';

const WRITES: ReadonlySet<number> = new Set([Op['local.set'], Op['local.tee']]);
const STEPS: ReadonlySet<number> = new Set([Op['i32.sub'], Op['i32.add']]);

/** The local that is counted up or down by the four instructions from `at`. */
function counterAt(expr: Expr, at: number): number | undefined {
  const [read, by, step, write] = expr.slice(at, at + 4);
  const isCount = read?.op === Op['local.get'] && by?.op === Op['i32.const'] && STEPS.has(step?.op ?? Op.nop) && WRITES.has(write?.op ?? Op.nop);
  return isCount && 'local' in write! && write.local === read.local ? read.local : undefined;
}

function isStart(expr: Expr, at: number, counter: number): boolean {
  const write = expr[at + 1];
  return expr[at]!.op === Op['i32.const'] && write?.op === Op['local.set'] && write.local === counter;
}

/** With each constant that the local is given left out, one at a time; and with all of them there. */
function toggled(expr: Expr, at: number, counter: number): readonly Expr[] {
  const toggle: Instruction = { op: Op['i32.eqz'] };
  const changed = [...expr.slice(0, at + 1), toggle, ...expr.slice(at + 3)];
  const starts = [...changed.keys()].filter((start) => isStart(changed, start, counter));
  return [...starts.map((start) => [...changed.slice(0, start), ...changed.slice(start + 2)]), changed];
}

export const toggleCounters: Reducer = {
  name: 'toggle-counters',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      for (let at = current().expr.length - 1; at >= 0; at--) {
        const counter = counterAt(current().expr, at);
        if (counter !== undefined) toggled(current().expr, at, counter).some(attempt);
      }
    }),
};
