/** Flips what a type says on the side: nullable or not, mutable or not, final or open. */
import type { Random } from '#fuzz/generators/random.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { FieldType, StorageType, SubType, ValType } from '#wasm/syntax/types.ts';
import { isPacked, isRefType, refType, heapTypeOf, isNullable } from '#wasm/syntax/types.ts';
import type { Mutator } from './mutator.ts';
import { replaced, withModule } from './mutator.ts';

function flipNullable<T extends StorageType>(type: T): T {
  if (isPacked(type) || !isRefType(type)) return type;
  return refType(heapTypeOf(type as ValType), !isNullable(type as ValType)) as T;
}
function flipField(field: FieldType, random: Random): FieldType {
  return random.chance(0.5) ? { ...field, mutable: !field.mutable } : { ...field, storage: flipNullable(field.storage) };
}
function flipType(type: SubType, random: Random): SubType {
  const { composite } = type;
  if (composite.kind === 'array') return { ...type, composite: { ...composite, element: flipField(composite.element, random) } };
  if (composite.kind === 'struct' && composite.fields.length > 0) {
    const position = random.int(0, composite.fields.length - 1);
    const field = flipField(composite.fields[position]!, random);
    return { ...type, composite: { ...composite, fields: replaced(composite.fields, position, field) } };
  }
  return { ...type, final: !type.final };
}

type Flip = (module: Module, random: Random) => Module | undefined;

const flipDefinition: Flip = (module, random) => {
  if (module.recGroups.length === 0) return undefined;
  const group = random.int(0, module.recGroups.length - 1);
  const types = module.recGroups[group]!;
  if (types.length === 0) return undefined;
  const position = random.int(0, types.length - 1);
  return { ...module, recGroups: replaced(module.recGroups, group, replaced(types, position, flipType(types[position]!, random))) };
};
const flipGlobal: Flip = (module, random) => {
  if (module.globals.length === 0) return undefined;
  const position = random.int(0, module.globals.length - 1);
  const global = module.globals[position]!;
  const type = random.chance(0.5) ? { ...global.type, mutable: !global.type.mutable } : { ...global.type, type: flipNullable(global.type.type) };
  return { ...module, globals: replaced(module.globals, position, { ...global, type }) };
};
const flipLocal: Flip = (module, random) => {
  const candidates = module.functions.flatMap(({ locals }, func) => locals.flatMap((type, local) => (isRefType(type) ? [{ func, local }] : [])));
  if (candidates.length === 0) return undefined;
  const { func, local } = random.pick(candidates);
  const changed = module.functions[func]!;
  const locals = replaced(changed.locals, local, flipNullable(changed.locals[local]!));
  return { ...module, functions: replaced(module.functions, func, { ...changed, locals }) };
};
const flipTable: Flip = (module, random) => {
  if (module.tables.length === 0) return undefined;
  const position = random.int(0, module.tables.length - 1);
  const table = module.tables[position]!;
  return { ...module, tables: replaced(module.tables, position, { ...table, type: { ...table.type, element: flipNullable(table.type.element) } }) };
};

export const flipTypes: Mutator = {
  name: 'flip-types',
  mutate: (program, random) => {
    const position = random.int(0, program.modules.length - 1);
    const flip = random.weighted<Flip>([
      [4, flipDefinition],
      [2, flipGlobal],
      [2, flipLocal],
      [1, flipTable],
    ]);
    const module = flip(program.modules[position]!.module, random);
    return module && withModule(program, position, module);
  },
};
