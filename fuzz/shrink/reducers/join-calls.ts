/** Makes one function of two that the host calls one after the other: what only looks at the outcome is done by who brings it about. */
import type { Program, Step } from '#fuzz/program/program.ts';
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { mapExpr } from '#wasm/syntax/map-indices.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { Reducer } from '../gate.ts';
import { withModule } from '../sites.ts';
import { funcType, importedFunctions, withFuncType } from '../types.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

type Call = Extract<Step, { readonly kind: 'call' }>;

function isSameCallee(step: Step, { module, export: name }: Call): step is Call {
  return step.kind === 'call' && step.module === module && step.export === name;
}

/** Position of what a step calls, if the module defines it. */
function calledBy(module: Module, { export: name }: Call): number | undefined {
  const found = module.exports.find((entry) => entry.kind === 'func' && entry.name === name);
  const position = found === undefined ? -1 : found.index - importedFunctions(module);
  return position < 0 ? undefined : position;
}

/** With the body of the second function, which takes nothing, behind that of the first, whose results are dropped. */
function joined(module: Module, first: number, second: number): Module {
  const [func, other] = [module.functions[first]!, module.functions[second]!];
  const [type, { results }] = [funcType(module, func.typeIndex)!, funcType(module, other.typeIndex)!];
  const offset = type.params.length + func.locals.length;
  const drops = type.results.map((): Instruction => ({ op: Op.drop }));
  const body: Expr = [...func.body, ...drops, ...mapExpr(other.body, { local: (index) => index + offset })];
  const functions = module.functions.map((old, i) => (i === first ? { ...func, locals: [...func.locals, ...other.locals], body } : old));
  return withFuncType({ ...module, functions }, first, { ...type, results });
}

function withoutCall(program: Program, at: number, next: number): Program | undefined {
  const [before, after] = [program.steps[at] as Call, program.steps[next] as Call];
  const { module } = program.modules[before.module]!;
  const [first, second] = [calledBy(module, before), calledBy(module, after)];
  if (first === undefined || second === undefined || first === second) return undefined;
  if (funcType(module, module.functions[second]!.typeIndex)!.params.length > 0) return undefined;
  const changed = joined(module, first, second);
  const exports = changed.exports.filter(({ kind, name }) => kind !== 'func' || name !== after.export);
  const steps = program.steps.map((step, i) => (i === at ? { ...after, export: before.export, args: before.args } : step));
  const shorter = { ...program, steps: steps.filter((_, i) => i !== next) };
  return withModule(shorter, before.module, withoutUnused({ ...changed, exports }, definitionsOf({ ...changed, exports }).filter(([space, index]) => space !== 'func' || index !== importedFunctions(module) + second)));
}

/** Pairs of calls to functions that are called once. */
function pairs({ steps }: Program): readonly (readonly [at: number, next: number])[] {
  const calls = steps.flatMap((step, at) => (step.kind === 'call' && steps.filter((other) => isSameCallee(other, step)).length === 1 ? [at] : []));
  return calls.slice(1).flatMap((next, i) => {
    const [before, after] = [steps[calls[i]!] as Call, steps[next] as Call];
    return before.module === after.module && before.keep === undefined ? [[calls[i]!, next] as const] : [];
  });
}

export const joinCalls: Reducer = {
  name: 'join-calls',
  reduce: (gate) =>
    gate.passage(() => {
      const joinOne = (): boolean =>
        pairs(gate.best).some(([at, next]) => {
          const program = withoutCall(gate.best, at, next);
          return program !== undefined && gate.try(program);
        });
      while (joinOne());
    }),
};
