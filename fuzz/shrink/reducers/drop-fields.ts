/** Leaves out fields of structs, in a type and in all types above and below it, with the operands that new objects are given for them. */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { SubType } from '#wasm/syntax/types.ts';
import type { Reducer } from '../gate.ts';
import { withoutOperands } from '../operands.ts';
import { forEachModule } from '../sites.ts';
import { without } from '../types.ts';

export function fieldsOf({ composite }: SubType): number {
  return composite.kind === 'struct' ? composite.fields.length : 0;
}

/** The types that have a field because this one has it: those below it, and those above that have it already. */
function family(types: readonly SubType[], at: number, field: number): ReadonlySet<number> {
  let root = at;
  for (let above: number | undefined = at; above !== undefined && fieldsOf(types[above]!) > field; above = types[above]!.supertypes[0]) root = above;
  const members = new Set([root]);
  // Supertypes come before their subtypes.
  types.forEach(({ supertypes }, index) => supertypes.some((above) => members.has(above)) && members.add(index));
  return members;
}

function renamed(instruction: Instruction, members: ReadonlySet<number>, field: number): Instruction {
  const isBehind = 'field' in instruction && members.has(instruction.type) && instruction.field > field;
  return isBehind ? ({ ...instruction, field: instruction.field - 1 } as Instruction) : instruction;
}
export function withoutField(module: Module, at: number, field: number): Module | undefined {
  const members = family(typesOf(module), at, field);
  const fewer = withoutOperands(module, (instruction) =>
    instruction.op === Op['struct.new'] && members.has(instruction.type) ? field : undefined,
  );
  if (fewer === undefined) return undefined;
  let index = 0;
  const shorter = (type: SubType): SubType =>
    members.has(index++) && type.composite.kind === 'struct'
      ? { ...type, composite: { kind: 'struct', fields: without(type.composite.fields, field) } }
      : type;
  return {
    ...fewer,
    recGroups: fewer.recGroups.map((group) => group.map(shorter)),
    functions: fewer.functions.map((func) => ({ ...func, body: func.body.map((instruction) => renamed(instruction, members, field)) })),
  };
}

export const dropFields: Reducer = {
  name: 'drop-fields',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      for (let at = typesOf(current()).length - 1; at >= 0; at--) {
        for (let field = fieldsOf(typesOf(current())[at]!) - 1; field >= 0; field--) {
          if (field >= fieldsOf(typesOf(current())[at]!)) continue;
          const module = withoutField(current(), at, field);
          if (module !== undefined) attempt(module);
        }
      }
    }),
};
