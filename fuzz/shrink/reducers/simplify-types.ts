/** Makes types plainer: equal types become one, open types final; fields that no instruction names are left out. */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { mapModule } from '#wasm/syntax/map-indices.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { SubType } from '#wasm/syntax/types.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule } from '../sites.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

/** Every mention of a type becomes one of the first type that is the same. */
function withEqualTypesMerged(module: Module): Module {
  const ids = new TypeRegistry().define(module.recGroups);
  const merged = mapModule(module, { type: (index) => ids.indexOf(ids[index]!) });
  // Definitions keep their own references, or groups of several types would change their identity.
  return withoutUnused({ ...merged, recGroups: module.recGroups }, definitionsOf(module));
}

function withType(module: Module, at: number, change: (type: SubType) => SubType): Module {
  let index = 0;
  const recGroups = module.recGroups.map((group) => group.map((type) => (index++ === at ? change(type) : type)));
  return { ...module, recGroups };
}

function withoutField(module: Module, at: number, field: number): Module {
  const renamed = (instruction: Instruction): Instruction =>
    'field' in instruction && instruction.type === at && instruction.field > field
      ? ({ ...instruction, field: instruction.field - 1 } as Instruction)
      : instruction;
  const functions = module.functions.map((func) => ({ ...func, body: func.body.map(renamed) }));
  return withType({ ...module, functions }, at, (type) =>
    type.composite.kind === 'struct'
      ? { ...type, composite: { kind: 'struct', fields: type.composite.fields.filter((_, i) => i !== field) } }
      : type,
  );
}

function fieldCount({ composite }: SubType): number {
  return composite.kind === 'struct' ? composite.fields.length : 0;
}

export const simplifyTypes: Reducer = {
  name: 'simplify-types',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      attempt(withEqualTypesMerged(current()));
      for (let at = typesOf(current()).length - 1; at >= 0; at--) {
        attempt(withType(current(), at, (type) => ({ ...type, final: true })));
        for (let field = fieldCount(typesOf(current())[at]!) - 1; field >= 0; field--) attempt(withoutField(current(), at, field));
      }
    }),
};
