/**
 * Puts the body of a function in the place of calls to it, where that is a matter of leaving instructions out: the body reads its
 * parameters once, in order and before all else, so that the operands of the call can stay where they are.
 */
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Func, Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule } from '../sites.ts';
import { withoutDefinition } from './drop-unused.ts';

function paramsOf(module: Module, { typeIndex }: Func): number {
  const { composite } = typesOf(module)[typeIndex]!;
  return composite.kind === 'func' ? composite.params.length : 0;
}

/** What remains of the body when its operands are on the stack; undefined when it is not that simple. */
function inlined(func: Func, params: number): Expr | undefined {
  const readsInOrder = func.body.slice(0, params).every((read, i) => read.op === Op['local.get'] && read.local === i);
  const rest = func.body.slice(params);
  const isClosed = rest.every((instruction) => !('local' in instruction) && !('label' in instruction) && instruction.op !== Op.return);
  return readsInOrder && isClosed ? rest : undefined;
}

/** With the bodies of one function in the place of all calls to it. */
function withInlined(module: Module, index: number, body: Expr): Module {
  const functions = module.functions.map((func) => ({
    ...func,
    body: func.body.flatMap((instruction) => (instruction.op === Op.call && instruction.func === index ? body : [instruction])),
  }));
  return withoutDefinition({ ...module, functions }, 'func', index);
}

export const inlineCalls: Reducer = {
  name: 'inline-calls',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      for (let position = current().functions.length - 1; position >= 0; position--) {
        const module = current();
        const func = module.functions[position];
        if (func === undefined) continue;
        const imported = module.imports.filter(({ type }) => type.kind === 'func').length;
        const body = inlined(func, paramsOf(module, func));
        if (body !== undefined) attempt(withInlined(module, imported + position, body));
      }
    }),
};
