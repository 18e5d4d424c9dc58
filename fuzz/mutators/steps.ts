/** Changes what the host does: repeats, swaps and drops steps, collects, keeps results, writes what it has kept, does all of it once more in a new store. */
import { withShared } from '#util/map-shared.ts';
import type { Random } from '#fuzz/generators/random.ts';
import type { Argument, Program, Step } from '#fuzz/program/program.ts';
import type { Mutator } from './mutator.ts';
import { replaced, spliced } from './mutator.ts';

const SLOTS = 4;

function anyReference(random: Random): Argument {
  return random.weighted<Argument>([
    [4, { kind: 'kept', slot: random.int(0, SLOTS - 1) }],
    [1, { kind: 'null' }],
    [1, { kind: 'i31', value: random.int(0, 9) }],
    [1, { kind: 'host', number: random.int(0, 2) }],
  ]);
}

/** Some step that uses what a module exports. */
function useOfExport({ modules }: Program, random: Random): Step | undefined {
  const module = random.int(0, modules.length - 1);
  const { exports } = modules[module]!.module;
  if (exports.length === 0) return undefined;
  const { name, kind } = random.pick(exports);
  const value = anyReference(random);
  switch (kind) {
    case 'func':
      return { kind: 'call', module, export: name, args: [value, value], ...(random.chance(0.3) && { keep: random.int(0, SLOTS - 1) }) };
    case 'global':
      return { kind: 'setGlobal', module, export: name, value };
    case 'table': {
      if (random.chance(0.2)) return { kind: 'growTable', module, export: name, by: random.int(0, 5), value };
      return { kind: 'setTable', module, export: name, index: random.int(0, 3), value };
    }
    default:
      return undefined;
  }
}

type Edit = (program: Program, random: Random) => readonly Step[] | undefined;

const insertAnywhere = (steps: readonly Step[], step: Step | undefined, random: Random): readonly Step[] | undefined =>
  step && spliced(steps, random.int(Math.min(1, steps.length), steps.length), 0, [step]);

/** @param change of some call, picked at random */
function changeCall({ steps }: Program, random: Random, change: (call: Extract<Step, { kind: 'call' }>) => Step): readonly Step[] | undefined {
  const calls = steps.flatMap((step, position) => (step.kind === 'call' ? [{ step, position }] : []));
  if (calls.length === 0) return undefined;
  const { step, position } = random.pick(calls);
  return replaced(steps, position, change(step));
}

const repeat: Edit = ({ steps }, random) => insertAnywhere(steps, random.pick(steps), random);
const swap: Edit = ({ steps }, random) => {
  const [a, b] = [random.int(0, steps.length - 1), random.int(0, steps.length - 1)];
  return replaced(replaced(steps, a, steps[b]!), b, steps[a]!);
};
const drop: Edit = ({ steps }, random) => spliced(steps, random.int(0, steps.length - 1), 1);
const collect: Edit = ({ steps }, random) => insertAnywhere(steps, { kind: 'collect' }, random);
const release: Edit = ({ steps }, random) => insertAnywhere(steps, { kind: 'release', slot: random.int(0, SLOTS - 1) }, random);
const forget: Edit = ({ steps, modules }, random) => insertAnywhere(steps, { kind: 'drop', module: random.int(0, modules.length - 1) }, random);
const use: Edit = (program, random) => insertAnywhere(program.steps, useOfExport(program, random), random);
const keep: Edit = (program, random) => changeCall(program, random, (call) => ({ ...call, keep: random.int(0, SLOTS - 1) }));
const argument: Edit = (program, random) =>
  changeCall(program, random, (call) =>
    call.args.length === 0 ? call : { ...call, args: replaced(call.args, random.int(0, call.args.length - 1), anyReference(random)) },
  );

/** More steps than this are not done twice. */
const MAX_REPEATED = 20;
const again: Edit = ({ steps }) =>
  steps.length > MAX_REPEATED || steps.some(({ kind }) => kind === 'renew') ? undefined : [...steps, { kind: 'renew' }, ...steps];

export const steps: Mutator = {
  name: 'steps',
  mutate: (program, random) => {
    if (program.steps.length === 0) return undefined;
    const edit = random.weighted<Edit>([
      [3, use],
      [2, repeat],
      [2, collect],
      [2, keep],
      [1, swap],
      [1, drop],
      [1, release],
      [1, forget],
      [1, argument],
      [1, again],
    ]);
    const edited = edit(program, random);
    return edited && withShared(program, { steps: edited });
  },
};
