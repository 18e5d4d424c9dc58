/** Changes a type in all modules that define it at the same time: what one imports from another has the type that it has there. */
import type { Program } from '#fuzz/program/program.ts';
import { mapTypesOf } from '#wasm/syntax/map-types.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { StorageType } from '#wasm/syntax/types.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import type { Gate, Reducer } from '../gate.ts';
import { funcType, withType } from '../types.ts';
import { fieldsOf, withoutField } from './drop-fields.ts';
import { withoutParamOfFamily } from './drop-params.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';
import { looser } from './loosen-types.ts';
import { fewerSupertypes } from './simplify-types.ts';

/** The module with another definition of one of its types; undefined when it cannot be changed in this way. */
type Change = (module: Module, at: number) => Module | undefined;

/** For each module, where it defines the type, if it does. */
type Places = readonly (number | undefined)[];

/** Types that several modules define, the last ones of the first module first. */
function sharedTypes({ modules }: Program): readonly Places[] {
  const registry = new TypeRegistry();
  const ids = modules.map(({ module }) => [...registry.define(module.recGroups)]);
  const places = [...new Set(ids.flat())].map((id) => ids.map((own) => (own.includes(id) ? own.indexOf(id) : undefined)));
  return places.filter((own) => own.filter((at) => at !== undefined).length > 1).toReversed();
}

/** The types that a definition mentions, in the order of `mapTypesOf`. */
function mentionedIn(module: Module, at: number): readonly StorageType[] {
  const types: StorageType[] = [];
  mapTypesOf(typesOf(module)[at]!, (type) => (types.push(type), type));
  return types;
}
function withMention(module: Module, at: number, mention: number, other: StorageType | undefined): Module | undefined {
  if (other === undefined) return undefined;
  let next = 0;
  return withType(module, at, (type) => mapTypesOf(type, (old) => (next++ === mention ? other : old)));
}

/** What may be done with a type, which is the same wherever it is defined. */
function changesOf(module: Module, at: number): readonly Change[] {
  const fields = Array.from({ length: fieldsOf(typesOf(module)[at]!) }, (_, field): Change => (other, index) => withoutField(other, index, field));
  const params = (funcType(module, at)?.params ?? []).map((_, k): Change => (other, index) => withoutParamOfFamily(other, index, k));
  const supertypes = fewerSupertypes(module, at).map((_, i): Change => (other, index) => {
    const fewer = fewerSupertypes(other, index)[i]!;
    return withType(other, index, (type) => ({ ...type, supertypes: fewer }));
  });
  const mentions = mentionedIn(module, at).flatMap((type, mention) =>
    looser(type, typesOf(module)).map((_, i): Change => (other, index) => withMention(other, index, mention, looser(mentionedIn(other, index)[mention]!, typesOf(other))[i])),
  );
  const final: Change = (other, index) => withType(other, index, (type) => ({ ...type, final: true }));
  return [...fields.toReversed(), ...params.toReversed(), ...supertypes, ...mentions, final];
}

function changed(program: Program, places: Places, change: Change): Program | undefined {
  const modules: Module[] = [];
  for (const [position, { module }] of program.modules.entries()) {
    const at = places[position];
    const other = at === undefined ? module : change(module, at);
    if (other === undefined) return undefined;
    modules.push(at === undefined ? module : withoutUnused(other, definitionsOf(other)));
  }
  return { ...program, modules: program.modules.map((entry, position) => ({ ...entry, module: modules[position]! })) };
}

function simplifyOne(gate: Gate): boolean {
  const program = gate.best;
  return sharedTypes(program).some((places) => {
    const first = places.findIndex((at) => at !== undefined);
    return changesOf(program.modules[first]!.module, places[first]!).some((change) => {
      const proposal = changed(program, places, change);
      return proposal !== undefined && gate.try(proposal);
    });
  });
}

export const simplifySharedTypes: Reducer = {
  name: 'simplify-shared-types',
  reduce: (gate) => {
    if (gate.best.modules.length === 1) return;
    gate.passage(() => {
      while (simplifyOne(gate));
    });
  },
};
