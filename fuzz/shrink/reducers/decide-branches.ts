/** Makes a branch that depends on something one that is always taken, or never; and a `br_table` one of its labels. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { ValType } from '#wasm/syntax/types.ts';
import { heapTypeOf, isNullable } from '#wasm/syntax/types.ts';
import { endAround } from '../blocks.ts';
import type { Reducer } from '../gate.ts';
import { valueAt, withoutRanges } from '../operands.ts';
import type { Site } from '../sites.ts';
import { forEachSite } from '../sites.ts';

const DROP: Instruction = { op: Op.drop };

function castTo(type: ValType): Instruction {
  return { op: isNullable(type) ? Op['ref.cast null'] : Op['ref.cast'], heapType: heapTypeOf(type) };
}
/** What is done before the branch when it is taken, and in its place when it is not. */
interface Decision {
  readonly labels: readonly number[];
  readonly taken: Expr;
  /** Several that may fit. */
  readonly passed: readonly Expr[];
}

function decisionOf(instruction: Instruction): Decision | undefined {
  switch (instruction.op) {
    case Op.br_if:
      return { labels: [instruction.label], taken: [DROP], passed: [[DROP]] };
    case Op.br_table:
      return { labels: [...new Set(instruction.labels)], taken: [DROP], passed: [] };
    case Op.br_on_null:
      return { labels: [instruction.label], taken: [DROP], passed: [[], [{ op: Op['ref.as_non_null'] }]] };
    case Op.br_on_non_null:
      return { labels: [instruction.label], taken: [{ op: Op['ref.as_non_null'] }], passed: [[DROP]] };
    case Op.br_on_cast:
      return { labels: [instruction.label], taken: [castTo(instruction.to)], passed: [[]] };
    case Op.br_on_cast_fail:
      return { labels: [instruction.label], taken: [], passed: [[], [castTo(instruction.to)]] };
    default:
      return undefined;
  }
}

/** What comes before a branch that depends on an integer, without what makes that. */
function withoutOperand(site: Site, at: number): readonly Expr[] {
  const { op } = site.expr[at]!;
  const range = op === Op.br_if || op === Op.br_table ? valueAt(site, at, site.heights[at]! - 1) : undefined;
  return range === undefined ? [] : [withoutRanges({ expr: site.expr.slice(0, at) }, [range])];
}

export const decideBranches: Reducer = {
  name: 'decide-branches',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      for (let at = current().expr.length - 1; at >= 0; at--) {
        const { expr } = current();
        const decision = expr[at] === undefined ? undefined : decisionOf(expr[at]);
        if (decision === undefined) continue;
        const [before, behind] = [expr.slice(0, at), expr.slice(endAround(expr, at))];
        const never = decision.passed.map((passed): Expr => [...before, ...passed, ...expr.slice(at + 1)]);
        const ways = [...withoutOperand(current(), at), [...before, ...decision.taken]];
        const always = decision.labels.flatMap((label) => ways.map((way): Expr => [...way, { op: Op.br, label }, ...behind]));
        [...never, ...always].some(attempt);
      }
    }),
};
