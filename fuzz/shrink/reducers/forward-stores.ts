/** Puts a value in the place of what reads it back: one that is stored or copied earlier, without that, or one that the object is made of. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Reducer } from '../gate.ts';
import { operandAt, operandsOf } from '../operands.ts';
import type { Site } from '../sites.ts';
import { forEachSite } from '../sites.ts';

interface Storing {
  /** Number of the operand that is stored, or that is copied from. */
  readonly value: number;
  /** It is an array to read from, in the place of the one that is read. */
  readonly isSource?: true;
  readonly reads: (instruction: Instruction) => boolean;
}

/** How an instruction stores; undefined for those that do not. Locals are for others to see to. */
function storingOf(store: Instruction): Storing | undefined {
  switch (store.op) {
    case Op['global.set']:
      return { value: 0, reads: (one) => one.op === Op['global.get'] && one.global === store.global };
    case Op['table.set']:
      return { value: 1, reads: (one) => one.op === Op['table.get'] && one.table === store.table };
    case Op['struct.set']:
      return { value: 1, reads: (one) => one.op === Op['struct.get'] && one.field === store.field };
    case Op['array.set']:
    case Op['array.fill']:
      return { value: 2, reads: ({ op }) => op === Op['array.get'] };
    case Op['array.copy']:
      return { value: 2, isSource: true, reads: ({ op }) => op === Op['array.get'] };
    default:
      return undefined;
  }
}

/** Without the store at `at`, with its value in the place of one read. */
function forwarded(site: Site, at: number): readonly Expr[] {
  const { expr } = site;
  const storing = storingOf(expr[at]!);
  const [start] = storing === undefined ? [] : operandsOf(site, at);
  const range = storing && operandAt(site, at, storing.value);
  if (start === undefined || range === undefined) return [];
  return expr.flatMap((instruction, read) => {
    const [from, second] = read > at && storing!.reads(instruction) ? operandsOf(site, read) : [];
    if (from === undefined || from <= at) return [];
    const to = storing!.isSource ? second! : read + 1;
    return [[...expr.slice(0, start), ...expr.slice(at + 1, from), ...expr.slice(...range), ...expr.slice(to)]];
  });
}

function makesObject({ op }: Instruction): boolean {
  return op === Op['struct.new'] || op === Op['array.new'] || op === Op['array.new_fixed'];
}

/** With what goes into a new object in the place of a read of it at `at`. */
function unwrapped(site: Site, at: number): readonly Expr[] {
  const { expr } = site;
  const { op } = expr[at]!;
  const [start, made] = op === Op['struct.get'] || op === Op['array.get'] ? operandsOf(site, at) : [];
  if (start === undefined || made === undefined || !makesObject(expr[made - 1]!)) return [];
  const points = operandsOf(site, made - 1);
  return points.slice(1).map((end, k) => [...expr.slice(0, start), ...expr.slice(points[k], end), ...expr.slice(at + 1)]);
}

export const forwardStores: Reducer = {
  name: 'forward-stores',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      const forwardOne = (): boolean => [...current().expr.keys()].some((at) => [...forwarded(current(), at), ...unwrapped(current(), at)].some(attempt));
      while (forwardOne());
    }),
};
