/** Makes two operands the same: the alias relations that reference counting gets wrong. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { ValType } from '#wasm/syntax/types.ts';
import { isRefType } from '#wasm/syntax/types.ts';
import { ModuleView } from './module-view.ts';
import type { Mutator } from './mutator.ts';
import { editBody, latePlace, replaced, spliced } from './mutator.ts';

type Use = { readonly position: number; readonly local: number };

/** Where locals that hold references are read. */
function referenceReads(body: Expr, types: readonly ValType[]): readonly Use[] {
  return body.flatMap((instruction, position) =>
    instruction.op === Op['local.get'] && isRefType(types[instruction.local]!) ? [{ position, local: instruction.local }] : [],
  );
}
function get(local: number): Instruction {
  return { op: Op['local.get'], local };
}

/** Reads the same local in two places that read different ones, or the same global in place of another read. */
export const sameOperand: Mutator = {
  name: 'same-operand',
  mutate: (program, random) =>
    editBody(program, random, (body, module, func) => {
      const types = new ModuleView(module).locals(module.functions[func]!);
      const reads = referenceReads(body, types);
      if (reads.length === 0) return undefined;
      const { position, local } = random.pick(reads);
      const alike = [...types.keys()].filter((other) => other !== local && types[other] === types[local]);
      return alike.length === 0 ? undefined : replaced(body, position, get(random.pick(alike)));
    }),
};

/** Makes one local hold what another one holds. */
export const assignLocal: Mutator = {
  name: 'assign-local',
  mutate: (program, random) =>
    editBody(program, random, (body, module, func) => {
      const types = new ModuleView(module).locals(module.functions[func]!);
      const pairs = [...types.keys()].flatMap((to) =>
        [...types.keys()].flatMap((from) => (to !== from && isRefType(types[to]!) && types[to] === types[from] ? [[to, from] as const] : [])),
      );
      if (pairs.length === 0) return undefined;
      const [to, from] = random.pick(pairs);
      return spliced(body, latePlace(body.length, random), 0, [get(from), { op: Op['local.set'], local: to }]);
    }),
};
