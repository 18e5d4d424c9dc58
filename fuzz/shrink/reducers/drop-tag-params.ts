/** Leaves out parameters of tags, with the operands that are thrown for them. */
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { Reducer } from '../gate.ts';
import { withoutOperands } from '../operands.ts';
import { forEachModule } from '../sites.ts';
import { funcType, without } from '../types.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

function withoutParam(module: Module, position: number, k: number): Module | undefined {
  const tag = module.imports.filter(({ type }) => type.kind === 'tag').length + position;
  const type = funcType(module, module.tags[position]!.typeIndex)!;
  const thrown = withoutOperands(module, (instruction) => (instruction.op === Op.throw && instruction.tag === tag ? k : undefined));
  if (thrown === undefined) return undefined;
  const changed: Module = {
    ...thrown,
    recGroups: [...module.recGroups, [{ final: true, supertypes: [], composite: { ...type, params: without(type.params, k) } }]],
    tags: module.tags.map((old, i) => (i === position ? { typeIndex: typesOf(module).length } : old)),
  };
  return withoutUnused(changed, definitionsOf(changed));
}

export const dropTagParams: Reducer = {
  name: 'drop-tag-params',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      for (let position = current().tags.length - 1; position >= 0; position--) {
        const params = (): number => funcType(current(), current().tags[position]?.typeIndex ?? -1)?.params.length ?? 0;
        for (let k = params() - 1; k >= 0; k--) {
          const module = k < params() ? withoutParam(current(), position, k) : undefined;
          if (module !== undefined) attempt(module);
        }
      }
    }),
};
