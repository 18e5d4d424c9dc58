/** Puts a copy of a function's body in the place of one call to it, a recursive one too: arguments that are constants decide there what happens. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { byReadLocals, calleeAt, movable } from '../reducers/inline-calls.ts';
import { funcType, importedFunctions } from '../types.ts';
import { moduleDetour } from './detour.ts';

/** @param at of a call in the body of the function at `position` */
function withCopy(original: Module, position: number, at: number, called: number): Module {
  const { module, callee } = movable(original, calleeAt(original, called)!);
  const caller = module.functions[position]!;
  const locals = funcType(module, caller.typeIndex)!.params.length + caller.locals.length;
  const rest: Expr = caller.body[at]!.op === Op.return_call ? [{ op: Op.return }] : caller.body.slice(at + 1);
  const changed = {
    ...caller,
    locals: [...caller.locals, ...callee.type.params, ...callee.func.locals],
    body: [...byReadLocals(caller.body.slice(0, at), locals, callee), ...rest],
  };
  return { ...module, functions: module.functions.map((func, i) => (i === position ? changed : func)) };
}

/** As deep as recursion is unfolded. */
const DEPTHS = [1, 2, 3];

function isCallOf(instruction: Instruction | undefined, func: number): boolean {
  return (instruction?.op === Op.call || instruction?.op === Op.return_call) && instruction.func === func;
}

/** The same, and so again with the first call to the same function in what has been put there. */
function unfolded(module: Module, position: number, at: number, called: number, depth: number): Module {
  let changed = module;
  for (let next = at, left = depth; left > 0; left--) {
    changed = withCopy(changed, position, next, called);
    const func = importedFunctions(module) + called;
    next = changed.functions[position]!.body.findIndex((instruction, i) => i >= next && isCallOf(instruction, func));
    if (next < 0) break;
  }
  return changed;
}

export const inlineCopies = moduleDetour('inline-copies', (module) => {
  const imported = importedFunctions(module);
  return module.functions.flatMap(({ body }, position) =>
    body.flatMap((instruction, at) => {
      const isCall = (instruction.op === Op.call || instruction.op === Op.return_call) && instruction.func >= imported;
      if (!isCall) return [];
      const called = instruction.func - imported;
      const isRecursive = module.functions[called]!.body.some((inner) => isCallOf(inner, instruction.func));
      return (isRecursive ? DEPTHS : [1]).map((depth) => () => unfolded(module, position, at, called, depth));
    }),
  );
});
