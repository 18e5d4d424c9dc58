/**
 * Puts the body of a function in the place of all calls to it. Where it reads its parameters once, in order and before all else, the operands of
 * the call stay where they are; operands that are plain values go where the body reads them; failing that, they go into locals.
 */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { mapInstruction } from '#wasm/syntax/map-indices.ts';
import type { Func, Module } from '#wasm/syntax/module.ts';
import type { FuncType } from '#wasm/syntax/types.ts';
import { blockTypeFor, opensBlock } from '../blocks.ts';
import type { Reducer } from '../gate.ts';
import { isPlainValue } from '../plain-values.ts';
import { forEachModule } from '../sites.ts';
import { funcType, importedFunctions } from '../types.ts';
import { withoutDefinition } from './drop-unused.ts';

/** What is called: `index` counts imports. */
export interface Callee {
  readonly index: number;
  readonly func: Func;
  readonly type: FuncType;
}

/** @param position of a definition */
export function calleeAt(module: Module, position: number): Callee | undefined {
  const func = module.functions[position];
  if (func === undefined) return undefined;
  return { func, index: importedFunctions(module) + position, type: funcType(module, func.typeIndex)! };
}

/** What leaves a function, and the call that does what it does before that, if any. */
const RETURNS: ReadonlyMap<number, number | undefined> = new Map([
  [Op.return, undefined],
  [Op.return_call, Op.call],
  [Op.return_call_ref, Op.call_ref],
  [Op.return_call_indirect, Op.call_indirect],
]);

/** The caller's instructions up to a call and with the body in its place; undefined where that cannot be. */
type Inliner = (before: Expr, locals: number, callee: Callee) => Expr | undefined;

function writesParameter({ body }: Func, params: number): boolean {
  return body.some((instruction) => (instruction.op === Op['local.set'] || instruction.op === Op['local.tee']) && instruction.local < params);
}

/** The body's instructions with other locals. @param offset what is added to the body's own ones */
function moved(body: Expr, params: number, offset: number, param: (index: number) => readonly Instruction[] | number): Expr {
  return body.flatMap((instruction): Expr => {
    if ('local' in instruction && instruction.local < params) {
      const other = param(instruction.local);
      return typeof other === 'number' ? [mapInstruction(instruction, { local: () => other })] : other;
    }
    return [mapInstruction(instruction, { local: (index) => index + offset })];
  });
}

const onTheStack: Inliner = (before, locals, { func, type }) => {
  const params = type.params.length;
  const readsInOrder = func.body.slice(0, params).every((read, i) => read.op === Op['local.get'] && read.local === i);
  const rest = func.body.slice(params);
  if (!readsInOrder || rest.some((instruction) => 'local' in instruction && instruction.local < params)) return undefined;
  return [...before, ...moved(rest, params, locals - params, (index) => index)];
};
const byValue: Inliner = (before, locals, { func, type }) => {
  const params = type.params.length;
  const values = before.slice(before.length - params);
  if (values.length < params || !values.every(isPlainValue) || writesParameter(func, params)) return undefined;
  return [...before.slice(0, before.length - params), ...moved(func.body, params, locals - params, (index) => [values[index]!])];
};
/** Operands that are not read are dropped. */
export const byReadLocals = (before: Expr, locals: number, callee: Callee): Expr => {
  const read = new Set(callee.func.body.flatMap((instruction) => ('local' in instruction ? [instruction.local] : [])));
  return withLocals(before, locals, callee, (param) => read.has(param));
};
/** Always possible. */
export const byLocals = (before: Expr, locals: number, callee: Callee): Expr => withLocals(before, locals, callee, () => true);

function withLocals(before: Expr, locals: number, { func, type }: Callee, isKept: (param: number) => boolean): Expr {
  const params = type.params.length;
  const sets = type.params.map((_, k): Instruction => {
    const param = params - 1 - k;
    return isKept(param) ? { op: Op['local.set'], local: locals + param } : { op: Op.drop };
  });
  return [...before, ...sets, ...moved(func.body, params, locals, (index) => locals + index)];
}
const INLINERS: readonly Inliner[] = [onTheStack, byValue, byReadLocals, byLocals];

/** The caller with the body in the place of each call. */
function inlinedInto(caller: Func, callerParams: number, callee: Callee, inline: Inliner): Func | undefined {
  let body: Expr = [];
  let { locals } = caller;
  for (const instruction of caller.body) {
    if (instruction.op !== Op.call || instruction.func !== callee.index) {
      body = [...body, instruction];
      continue;
    }
    const longer = inline(body, callerParams + locals.length, callee);
    if (longer === undefined) return undefined;
    body = longer;
    const added = inline === byLocals || inline === byReadLocals ? callee.type.params : [];
    locals = [...locals, ...added, ...callee.func.locals];
  }
  return { ...caller, locals, body };
}

/** Calls of a function in its own body stay, and with them the function. */
function withInlined(original: Module, immovable: Callee, inline: Inliner): Module | undefined {
  const { module, callee } = movable(original, immovable);
  const functions: Func[] = [];
  for (const caller of module.functions) {
    const isCaller = caller !== immovable.func && caller.body.some((instruction) => instruction.op === Op.call && instruction.func === callee.index);
    const params = funcType(module, caller.typeIndex)!.params.length;
    const inlined = isCaller ? inlinedInto(caller, params, callee, inline) : caller;
    if (inlined === undefined) return undefined;
    functions.push(inlined);
  }
  return withoutDefinition({ ...module, functions }, 'func', callee.index);
}

/** The callee with a body that does not leave by a return, in a block if need be. The module has the type of that block. */
export function movable(module: Module, callee: Callee): { readonly module: Module; readonly callee: Callee } {
  const { func, type } = callee;
  if (func.body.every((instruction) => !RETURNS.has(instruction.op))) return { module, callee };
  const typed = blockTypeFor(module, type.results);
  let depth = 0;
  const inside = func.body.flatMap((instruction): Expr => {
    if (opensBlock(instruction)) depth++;
    else if (instruction.op === Op.end) depth--;
    if (!RETURNS.has(instruction.op)) return [instruction];
    const leave: Instruction = { op: Op.br, label: depth };
    const call = RETURNS.get(instruction.op);
    return call === undefined ? [leave] : [{ ...instruction, op: call } as Instruction, leave];
  });
  const block: Instruction = { op: Op.block, blockType: typed.blockType };
  return { module: typed.module, callee: { ...callee, func: { ...func, body: [block, ...inside, { op: Op.end }] } } };
}

export const inlineCalls: Reducer = {
  name: 'inline-calls',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      for (let position = current().functions.length - 1; position >= 0; position--) {
        const module = current();
        const callee = calleeAt(module, position);
        if (callee === undefined) continue;
        INLINERS.some((inline) => {
          const inlined = withInlined(module, callee, inline);
          return inlined !== undefined && attempt(inlined);
        });
      }
    }),
};
