/** Makes a local of a global that one function alone reads and writes: it begins as zero or null without an instruction that says so. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule } from '../sites.ts';
import { funcType } from '../types.ts';
import { withoutDefinition } from './drop-unused.ts';

const LOCAL: ReadonlyMap<number, number> = new Map([
  [Op['global.get'], Op['local.get']],
  [Op['global.set'], Op['local.set']],
]);

function mentions(expr: Expr, global: number): boolean {
  return expr.some((instruction) => 'global' in instruction && instruction.global === global);
}

/** Undefined when not one function alone mentions it. */
function withLocal(module: Module, position: number): Module | undefined {
  const global = position + module.imports.filter(({ type }) => type.kind === 'global').length;
  const users = module.functions.flatMap(({ body }, i) => (mentions(body, global) ? [i] : []));
  const [user] = users;
  if (user === undefined || users.length > 1) return undefined;
  const func = module.functions[user]!;
  const local = funcType(module, func.typeIndex)!.params.length + func.locals.length;
  const body = func.body.map((instruction) =>
    'global' in instruction && instruction.global === global ? ({ op: LOCAL.get(instruction.op)!, local } as Instruction) : instruction,
  );
  const changed = { ...func, locals: [...func.locals, module.globals[position]!.type.type], body };
  return withoutDefinition({ ...module, functions: module.functions.with(user, changed) }, 'global', global);
}

export const localiseGlobals: Reducer = {
  name: 'localise-globals',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      for (let position = current().globals.length - 1; position >= 0; position--) {
        if (current().globals[position]?.type.mutable !== true) continue;
        const changed = withLocal(current(), position);
        if (changed !== undefined) attempt(changed);
      }
    }),
};
