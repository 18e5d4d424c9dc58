/** Makes what the host does plainer: arguments become null or zero, slots and indices small, and results are not kept. */
import type { Argument, Step } from '#fuzz/program/program.ts';
import type { Gate, Reducer } from '../gate.ts';
import { descend } from '../numbers.ts';
import { without } from '../types.ts';

const PLAIN: readonly Argument[] = [{ kind: 'null' }, { kind: 'i32', value: 0 }];

/** The step at a position, as it is now and as it could be. */
interface StepEditor {
  readonly step: () => Step;
  readonly attempt: (step: Step) => boolean;
}

function simplifyArgument(argument: Argument, attempt: (argument: Argument) => boolean): void {
  if (argument.kind === 'null' || PLAIN.some(attempt)) return;
  switch (argument.kind) {
    case 'i32':
    case 'i31':
      return descend(argument.value, (value) => attempt({ ...argument, value }));
    case 'i64':
      return void [0n, 1n].some((value) => argument.value !== value && attempt({ ...argument, value }));
    case 'f32':
      return void attempt({ ...argument, bits: 0 });
    case 'f64':
      return void attempt({ ...argument, bits: 0n });
    case 'host':
      return descend(argument.number, (number) => attempt({ ...argument, number }));
    case 'kept':
      return descend(argument.slot, (slot) => attempt({ ...argument, slot }));
  }
}

function simplifyCall({ step, attempt }: StepEditor): void {
  const call = (): Extract<Step, { kind: 'call' }> => step() as Extract<Step, { kind: 'call' }>;
  const { keep, ...forgotten } = call();
  if (keep !== undefined && !attempt(forgotten)) descend(keep, (slot) => attempt({ ...call(), keep: slot }));
  for (let k = call().args.length - 1; k >= 0; k--) {
    if (attempt({ ...call(), args: without(call().args, k) })) continue;
    simplifyArgument(call().args[k]!, (argument) => attempt({ ...call(), args: call().args.map((old, i) => (i === k ? argument : old)) }));
  }
}

function simplifyStep(editor: StepEditor): void {
  const { step, attempt } = editor;
  const old = step();
  if (old.kind === 'call') return simplifyCall(editor);
  if (old.kind === 'release') return descend(old.slot, (slot) => attempt({ ...old, slot }));
  if (!('value' in old)) return;
  simplifyArgument(old.value, (value) => attempt({ ...(step() as typeof old), value }));
  if (old.kind === 'setTable') descend(old.index, (index) => attempt({ ...(step() as typeof old), index }));
  if (old.kind === 'growTable') descend(old.by, (by) => attempt({ ...(step() as typeof old), by }));
}

function editorOf(gate: Gate, at: number): StepEditor {
  return {
    step: () => gate.best.steps[at]!,
    attempt: (step) => gate.try(() => ({ ...gate.best, steps: gate.best.steps.map((old, i) => (i === at ? step : old)) })),
  };
}

export const simplifySteps: Reducer = {
  name: 'simplify-steps',
  reduce: (gate) => gate.passage(() => gate.best.steps.forEach((_, at) => simplifyStep(editorOf(gate, at)))),
};
