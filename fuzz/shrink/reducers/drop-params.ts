/**
 * Leaves out parameters, with the operands and arguments that are passed for them: of one function, or of all that share a type. Where a
 * body reads such a parameter, it becomes a local, which begins as zero or null.
 */
import type { Program, Step } from '#fuzz/program/program.ts';
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { mapExpr } from '#wasm/syntax/map-indices.ts';
import type { Func, Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { FuncType } from '#wasm/syntax/types.ts';
import type { Gate, Reducer } from '../gate.ts';
import { withoutOperands } from '../operands.ts';
import { withModule } from '../sites.ts';
import { funcType, functionTypeIndices, importedFunctions, withComposite, withFuncType, without } from '../types.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

/** The functions whose parameter goes, imports counted, and how they are called. */
interface Target {
  readonly has: (func: number) => boolean;
  readonly calls: (instruction: Instruction) => boolean;
}

function one(index: number): Target {
  return {
    has: (func) => func === index,
    calls: (instruction) => (instruction.op === Op.call || instruction.op === Op.return_call) && instruction.func === index,
  };
}
const INDIRECT: ReadonlySet<number> = new Set([Op.call_ref, Op.return_call_ref, Op.call_indirect, Op.return_call_indirect]);

function allOfTypes(module: Module, types: ReadonlySet<number>): Target {
  const typeIndices = functionTypeIndices(module);
  const has = (func: number): boolean => types.has(typeIndices[func]!);
  return {
    has,
    calls: (instruction) =>
      INDIRECT.has(instruction.op)
        ? 'type' in instruction && types.has(instruction.type)
        : (instruction.op === Op.call || instruction.op === Op.return_call) && has(instruction.func),
  };
}

/** The parameter becomes the first declared local. */
function withLocalInstead({ typeIndex, locals, body }: Func, { params }: FuncType, k: number): Func {
  const last = params.length - 1;
  let isUsed = false;
  const local = (index: number): number => {
    if (index === k) isUsed = true;
    if (index === k) return last;
    return index > k && index <= last ? index - 1 : index;
  };
  const changed = mapExpr(body, { local });
  if (isUsed) return { typeIndex, locals: [params[k]!, ...locals], body: changed };
  return { typeIndex, locals, body: mapExpr(changed, { local: (index) => (index > last ? index - 1 : index) }) };
}

function withoutArgument(step: Step, position: number, exports: ReadonlySet<string>, k: number): Step {
  const isCall = step.kind === 'call' && step.module === position && exports.has(step.export);
  return isCall ? { ...step, args: without(step.args, k) } : step;
}

/** Bodies and calls without the parameter; types are as they were. Undefined when an operand cannot be told from others. */
function withoutArguments(module: Module, { has, calls }: Target, k: number): Module | undefined {
  const imported = importedFunctions(module);
  const called = withoutOperands(module, (instruction) => (calls(instruction) ? k : undefined));
  return called && {
    ...called,
    functions: called.functions.map((func, i) => (has(imported + i) ? withLocalInstead(func, funcType(module, func.typeIndex)!, k) : func)),
  };
}

/** The module without a parameter of all functions of a type, and of the types above and below it. */
export function withoutParamOfFamily(module: Module, at: number, k: number): Module | undefined {
  const types = typesOf(module);
  const rootOf = (index: number): number => {
    const [above] = types[index]!.supertypes;
    return above === undefined ? index : rootOf(above);
  };
  const members = new Set([...types.keys()].filter((index) => rootOf(index) === rootOf(at)));
  let changed = withoutArguments(module, allOfTypes(module, members), k);
  for (const member of members) {
    const type = funcType(module, member)!;
    changed &&= withComposite(changed, member, { ...type, params: without(type.params, k) });
  }
  return changed;
}

/** @param retype gives the module with the function's types changed and all else as it was */
function withoutParam(program: Program, position: number, target: Target, k: number, retype: (module: Module) => Module): Program | undefined {
  const { module } = program.modules[position]!;
  const { has } = target;
  const called = withoutArguments(module, target, k);
  if (called === undefined) return undefined;
  const retyped = retype(called);
  const exports = new Set(module.exports.flatMap(({ kind, index, name }) => (kind === 'func' && has(index) ? [name] : [])));
  const steps = program.steps.map((step) => withoutArgument(step, position, exports, k));
  return { ...withModule(program, position, withoutUnused(retyped, definitionsOf(retyped))), steps };
}

function dropFromOne(gate: Gate, position: number, func: number): void {
  const moduleNow = (): Module => gate.best.modules[position]!.module;
  const typeNow = (): FuncType | undefined => funcType(moduleNow(), moduleNow().functions[func]?.typeIndex ?? -1);
  for (let k = (typeNow()?.params.length ?? 0) - 1; k >= 0; k--) {
    const type = typeNow()!;
    const index = importedFunctions(moduleNow()) + func;
    const shorter: FuncType = { ...type, params: without(type.params, k) };
    const program = withoutParam(gate.best, position, one(index), k, (module) => withFuncType(module, func, shorter));
    if (program !== undefined) gate.try(program);
  }
}

function dropFromAll(gate: Gate, position: number, typeIndex: number): void {
  const moduleNow = (): Module => gate.best.modules[position]!.module;
  for (let k = (funcType(moduleNow(), typeIndex)?.params.length ?? 0) - 1; k >= 0; k--) {
    const type = funcType(moduleNow(), typeIndex);
    if (type === undefined || k >= type.params.length) return;
    const shorter: FuncType = { ...type, params: without(type.params, k) };
    const target = allOfTypes(moduleNow(), new Set([typeIndex]));
    const program = withoutParam(gate.best, position, target, k, (module) => withComposite(module, typeIndex, shorter));
    if (program !== undefined) gate.try(program);
  }
}

export const dropParams: Reducer = {
  name: 'drop-params',
  reduce: (gate) => {
    for (let position = 0; position < gate.best.modules.length; position++) {
      gate.passage(() => {
        for (let type = typesOf(gate.best.modules[position]!.module).length - 1; type >= 0; type--) dropFromAll(gate, position, type);
        for (let func = gate.best.modules[position]!.module.functions.length - 1; func >= 0; func--) dropFromOne(gate, position, func);
      });
    }
  },
};
