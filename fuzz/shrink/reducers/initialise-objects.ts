/** Makes an object of what is stored into it later, which is one store less. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Reducer } from '../gate.ts';
import { operandAt, operandsOf } from '../operands.ts';
import type { Site } from '../sites.ts';
import { forEachInstruction } from '../sites.ts';

/** A store into an object that a local holds. */
interface Store {
  /** Of the first of its instructions, or the first after the object is in the local. */
  readonly start: number;
  readonly local: number;
  /** Which of the values that the object is made of. */
  readonly slot: number;
  readonly value: Expr;
}

/** @param at of what may be a store */
function storeAt(site: Site, at: number): Store | undefined {
  const { expr } = site;
  const store = expr[at]!;
  const isArray = store.op === Op['array.set'];
  const value = isArray ? operandAt(site, at, 2) : store.op === Op['struct.set'] ? operandAt(site, at, 1) : undefined;
  const [, objectEnd, indexEnd] = value === undefined ? [] : operandsOf(site, at);
  const object = objectEnd === undefined ? undefined : expr[objectEnd - 1]!;
  if (object === undefined || !('local' in object)) return undefined;
  const slot = slotOf(store, indexEnd === objectEnd! + 1 ? expr[objectEnd!] : undefined);
  if (slot === undefined) return undefined;
  return { start: object.op === Op['local.get'] ? objectEnd! - 1 : objectEnd!, local: object.local, slot, value: expr.slice(...value!) };
}
/** @param index of an array's element, if one instruction makes it */
function slotOf(store: Instruction, index: Instruction | undefined): number | undefined {
  if (store.op === Op['struct.set']) return store.field;
  return index?.op === Op['i32.const'] ? index.value : undefined;
}

/** Where the object is made that the local holds at a point: just before it is put there. */
function makerBefore(expr: Expr, point: number, local: number): number {
  return expr.findLastIndex((instruction, at) => {
    const next = expr[at + 1];
    const isKept = (next?.op === Op['local.set'] || next?.op === Op['local.tee']) && next.local === local;
    return at < point && isKept && (instruction.op === Op['array.new_fixed'] || instruction.op === Op['struct.new']);
  });
}

function initialised(site: Site, at: number): Expr | undefined {
  const { expr } = site;
  const store = storeAt(site, at);
  const maker = store === undefined ? -1 : makerBefore(expr, store.start, store.local);
  if (maker < 0) return undefined;
  const range = operandAt(site, maker, store!.slot);
  if (range === undefined) return undefined;
  const made = [...expr.slice(0, range[0]), ...store!.value, ...expr.slice(range[1], maker + 1)];
  // What makes the object may be the operand of the store itself.
  const kept = store!.start === maker + 2 ? [{ op: Op['local.set'], local: store!.local } as const] : expr.slice(maker + 1, store!.start);
  return [...made, ...kept, ...expr.slice(at + 1)];
}

export const initialiseObjects: Reducer = {
  name: 'initialise-objects',
  reduce: (gate) => forEachInstruction(gate, initialised),
};
