/**
 * Does without imports: a function of the module's own takes the place of an imported one of the same type; and what another module of the Program
 * exports is defined where it is needed, with the initial value that it has there, or a plain one.
 */
import type { Program, Step } from '#fuzz/program/program.ts';
import { mapExpr, mapModule, mapSubType } from '#wasm/syntax/map-indices.ts';
import type { ExternKind, Import, Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import { refType, heapTypeOf } from '#wasm/syntax/types.ts';
import type { Expr } from '#wasm/syntax/instructions.ts';
import type { Gate, Reducer } from '../gate.ts';
import { withModule } from '../sites.ts';
import { smallValues } from '../small-values.ts';
import { importedFunctions } from '../types.ts';
import { definitionsOf, withoutDefinition, withoutUnused } from './drop-unused.ts';
import { stubOf } from './stub-functions.ts';

/** Index of an import in the index space of its kind. */
function importIndex(module: Module, at: number): number {
  const { kind } = module.imports[at]!.type;
  return module.imports.slice(0, at).filter(({ type }) => type.kind === kind).length;
}

function importedOf(module: Module, kind: ExternKind): number {
  return module.imports.filter(({ type }) => type.kind === kind).length;
}

/** The module without an import, with the first of its own definitions of that kind, which has been added, in its place. */
function moved(module: Module, at: number, kind: ExternKind, changed: Partial<Module>): Module {
  const index = importIndex(module, at);
  const last = importedOf(module, kind) - 1;
  const renumber = (old: number): number => {
    if (old === index) return last;
    return old > index && old <= last ? old - 1 : old;
  };
  // What has been added speaks of the module as it will be.
  const others = mapModule({ ...module, imports: module.imports.filter((_, i) => i !== at) }, { [kind]: renumber });
  const owned: Module = { ...others, ...added(others, changed) };
  return withoutUnused(owned, definitionsOf(owned));
}
function added(module: Module, { functions = [], tables = [], globals = [], memories = [], tags = [] }: Partial<Module>): Partial<Module> {
  return {
    functions: [...functions, ...module.functions],
    tables: [...tables, ...module.tables],
    globals: [...globals, ...module.globals],
    memories: [...memories, ...module.memories],
    tags: [...tags, ...module.tags],
  };
}

/** The initial value that the exporter gives to a global, and the module with the types that it speaks of. */
function initialValue(program: Program, module: Module, at: number): { readonly module: Module; readonly init: Expr } | undefined {
  const entry = module.imports[at]!;
  const exporter = program.modules.find(({ name }) => name === entry.module)?.module;
  const exported = exporter?.exports.find(({ name, kind }) => name === entry.name && kind === 'global');
  if (exporter === undefined || exported === undefined) return undefined;
  const global = exporter.globals[exported.index - importedOf(exporter, 'global')];
  if (global === undefined) return undefined;
  const offset = typesOf(module).length;
  const type = (index: number): number => index + offset;
  const types = exporter.recGroups.map((group) => group.map((each) => mapSubType(each, { type })));
  return { module: { ...module, recGroups: [...module.recGroups, ...types] }, init: mapExpr(global.init, { type }) };
}

/** The module with its own definition in the place of an import. */
function withOwn(program: Program, module: Module, at: number): readonly Module[] {
  const { type } = module.imports[at]!;
  switch (type.kind) {
    case 'func': {
      const stub = { typeIndex: type.typeIndex, locals: [], body: stubOf(typesOf(module)[type.typeIndex]!) };
      return [moved(module, at, 'func', { functions: [stub] })];
    }
    case 'table': {
      const { kind: _, ...table } = type;
      const nullable = { ...table, element: refType(heapTypeOf(table.element), true) };
      return [moved(module, at, 'table', { tables: [{ type: nullable, init: undefined }] })];
    }
    case 'global': {
      const { kind: _, ...global } = type;
      const known = initialValue(program, module, at);
      const plain = smallValues(global.type, module).map((init: Expr) => moved(module, at, 'global', { globals: [{ type: global, init }] }));
      return known === undefined ? plain : [...plain, moved(known.module, at, 'global', { globals: [{ type: global, init: known.init }] })];
    }
    case 'memory': {
      const { kind: _, ...memory } = type;
      return [moved(module, at, 'memory', { memories: [memory] })];
    }
    case 'tag':
      return [moved(module, at, 'tag', { tags: [{ typeIndex: type.typeIndex }] })];
  }
}

/** The module with one of its own functions in the place of an imported one of the same type. */
function withOther(module: Module, at: number): readonly Module[] {
  const { type } = module.imports[at]!;
  if (type.kind !== 'func') return [];
  const imported = importedFunctions(module);
  const index = importIndex(module, at);
  return module.functions.flatMap(({ typeIndex }, position) => {
    if (typeIndex !== type.typeIndex) return [];
    const func = (old: number): number => (old === index ? imported + position : old);
    return [withoutDefinition({ ...mapModule(module, { func }), exports: module.exports }, 'func', index)];
  });
}

/** The one module alone, with the steps that concern it. */
function alone(program: Program, position: number): Program {
  const steps = program.steps.flatMap((step): readonly Step[] => {
    if (!('module' in step)) return [step];
    return step.module === position ? [{ ...step, module: 0 }] : [];
  });
  return { ...program, modules: [program.modules[position]!], steps };
}

/** What could stand for the Program, for one import of one of its modules. */
export function withoutImport(program: Program, position: number, at: number): readonly (() => Program)[] {
  const { module } = program.modules[position]!;
  const entry: Import | undefined = module.imports[at];
  if (entry === undefined) return [];
  const own = [...withOther(module, at), ...withOwn(program, module, at)].map((other) => withModule(program, position, other));
  return program.modules.length === 1 ? own.map((other) => () => other) : own.flatMap((other) => [() => alone(other, position), () => other]);
}

function ownOne(gate: Gate, position: number): void {
  for (let at = gate.best.modules[position]!.module.imports.length - 1; at >= 0; at--) {
    withoutImport(gate.best, position, at).some((proposal) => gate.try(proposal));
    if (position >= gate.best.modules.length) return;
  }
}

export const ownImports: Reducer = {
  name: 'own-imports',
  reduce: (gate) =>
    gate.passage(() => {
      for (let position = gate.best.modules.length - 1; position >= 0; position--) {
        if (position < gate.best.modules.length) ownOne(gate, position);
      }
    }),
};
