/** Brings integers nearer to zero: constants in expressions and arguments of calls. */
import type { Argument, Step } from '#fuzz/program/program.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Gate, Reducer } from '../gate.ts';
import { forEachSite } from '../sites.ts';

/** Values to try in the place of `value`, the simplest first. */
function simpler(value: number): readonly number[] {
  return [0, 1, -1, Math.trunc(value / 2), value - Math.sign(value)].filter(
    (other, i, all) => Math.abs(other) < Math.abs(value) && all.indexOf(other) === i,
  );
}

/** Until nothing simpler is accepted. */
function descend(value: number, attempt: (value: number) => boolean): void {
  for (let at: number | undefined = value; at !== undefined; ) at = simpler(at).find(attempt);
}

function simplifyExpressions(gate: Gate): void {
  forEachSite(gate, (current, attempt) => {
    for (let at = 0; at < current().expr.length; at++) {
      const instruction = current().expr[at]!;
      if (instruction.op !== Op['i32.const']) continue;
      descend(instruction.value, (value) =>
        attempt(current().expr.map((old, i) => (i === at ? { ...instruction, value } : old))),
      );
    }
  });
}

function withArgument(step: Step, position: number, argument: Argument): Step {
  if (step.kind !== 'call') return step;
  return { ...step, args: step.args.map((old, i) => (i === position ? argument : old)) };
}

function simplifyArguments(gate: Gate): void {
  gate.best.steps.forEach((step, at) => {
    if (step.kind !== 'call') return;
    step.args.forEach((argument, position) => {
      if (argument.kind !== 'i32' && argument.kind !== 'i31') return;
      descend(argument.value, (value) => {
        const steps = gate.best.steps.map((old, i) => (i === at ? withArgument(old, position, { ...argument, value }) : old));
        return gate.try({ ...gate.best, steps });
      });
    });
  });
}

export const simplifyConstants: Reducer = {
  name: 'simplify-constants',
  reduce: (gate) => {
    simplifyExpressions(gate);
    simplifyArguments(gate);
  },
};
