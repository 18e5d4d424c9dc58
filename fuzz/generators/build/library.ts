/** A second module whose globals and table the first one imports: with the same types, and values that it has made itself. */
import type { Module } from '#wasm/syntax/module.ts';
import type { ValType as Value } from '#wasm/syntax/types.ts';
import { ValType } from '#wasm/syntax/types.ts';
import type { Random } from '../random.ts';
import type { Settings } from './emitter.ts';
import { Emitter, constantOf } from './emitter.ts';
import { ModuleBuilder } from './module-builder.ts';
import type { Grammar } from './production.ts';
import { refOrNull } from './type-table.ts';

export const LIBRARY = 'lib';
const MAX_GLOBALS = 3;
const DEPTH = 3;

function drawType(module: ModuleBuilder, random: Random): Value {
  const { structs, arrays } = module.types;
  return random.pick([ValType.anyref, ValType.eqref, ValType.exnref, refOrNull(random.pick(structs)), refOrNull(random.pick(arrays))]);
}

/** A function of each type, so that all references to functions can be written down. */
function addFunctions(library: ModuleBuilder, random: Random, grammar: Grammar, settings: Settings): void {
  for (const { composite } of library.types.groups.flat()) {
    if (composite.kind !== 'func') continue;
    library.add(composite, (body) => {
      const e = new Emitter(library, random, grammar, settings, body);
      for (const type of composite.results) e.smallest(type);
    });
  }
}

/**
 * Makes the library, and lets a module import all that it exports.
 * @param importer has its types, and no global and no table yet
 */
export function drawLibrary(importer: ModuleBuilder, random: Random, grammar: Grammar, settings: Settings): Module {
  const library = new ModuleBuilder();
  for (const group of importer.types.groups) library.types.define(group);
  addFunctions(library, random, grammar, settings);
  const constant = (type: Value) => constantOf(library, random, grammar, settings, type, DEPTH);
  for (let count = random.int(1, MAX_GLOBALS); count > 0; count--) {
    const type = { type: drawType(library, random), mutable: random.chance(0.3) };
    const name = `shared${library.globals.length}`;
    library.export(name, 'global', library.addGlobal(type.type, type.mutable, constant(type.type)));
    importer.importGlobal(LIBRARY, name, type);
  }
  if (random.chance(0.6)) {
    const type = { element: drawType(library, random), limits: { min: random.int(1, 6), max: undefined } };
    library.export('table', 'table', library.addTable(type.element, type.limits));
    importer.importTable(LIBRARY, 'table', type);
  }
  return library.build();
}
