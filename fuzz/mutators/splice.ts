/**
 * Takes code from another Program: a run of instructions into a body, or a whole function. Indices mean something else there, so
 * each is mapped to one that means something alike here: types to types of their kind, locals to locals of their type.
 */
import type { Random } from '#fuzz/generators/random.ts';
import type { IndexMap } from '#wasm/syntax/map-indices.ts';
import { mapExpr, mapValType } from '#wasm/syntax/map-indices.ts';
import type { Func, Module } from '#wasm/syntax/module.ts';
import type { ValType } from '#wasm/syntax/types.ts';
import { isRefType } from '#wasm/syntax/types.ts';
import { ModuleView } from './module-view.ts';
import type { Donors, Mutator } from './mutator.ts';
import { editBody, latePlace, spliced, withModule } from './mutator.ts';

const MAX_SPLICED = 40;

function kindOf(type: ValType): string {
  return isRefType(type) ? 'reference' : String(type);
}
function ofSameKind(index: number, count: number, candidates: readonly number[]): number {
  return candidates.length > 0 ? candidates[index % candidates.length]! : count === 0 ? 0 : index % count;
}

/** @param locals of the function that the code comes from, and of the one that it goes to; the same when it keeps its own */
function mapBetween(from: ModuleView, to: ModuleView, locals: { readonly from: readonly ValType[]; readonly to: readonly ValType[] }): IndexMap {
  const modulo = (count: number) => (index: number) => (count === 0 ? 0 : index % count);
  const type = (index: number): number => {
    const kind = from.types[index]?.composite.kind;
    const candidates = kind === 'struct' ? to.structs : kind === 'array' ? to.arrays : to.funcTypes;
    return ofSameKind(index, to.types.length, candidates);
  };
  const local = (index: number): number => {
    const held = locals.from[index];
    if (held === undefined || locals.from === locals.to) return index;
    const mapped = mapValType(held, { type });
    const exact = [...locals.to.keys()].filter((other) => locals.to[other] === mapped);
    const alike = [...locals.to.keys()].filter((other) => kindOf(locals.to[other]!) === kindOf(held));
    return ofSameKind(index, locals.to.length, exact.length > 0 ? exact : alike);
  };
  return {
    type,
    local,
    func: modulo(to.functions.length),
    table: modulo(to.tables.length),
    global: modulo(to.globals.length),
    tag: modulo(to.tags),
    elem: modulo(to.module.elements.length),
    data: modulo(to.module.datas.length),
  };
}

interface Piece {
  readonly module: Module;
  readonly func: Func;
}
/** Some function of some donor. */
function pickPiece(donors: Donors, random: Random): Piece | undefined {
  const pieces = (donors(random)?.modules ?? []).flatMap(({ module }) => module.functions.map((func) => ({ module, func })));
  return pieces.length === 0 ? undefined : random.pick(pieces);
}

/** Inserts a run of a donor's instructions. */
export const spliceBody: Mutator = {
  name: 'splice-body',
  mutate: (program, random, donors) =>
    editBody(program, random, (body, module, func) => {
      const piece = pickPiece(donors, random);
      if (piece === undefined || piece.func.body.length === 0) return undefined;
      const from = new ModuleView(piece.module);
      const to = new ModuleView(module);
      const start = random.int(0, piece.func.body.length - 1);
      const taken = piece.func.body.slice(start, start + random.int(1, MAX_SPLICED));
      const map = mapBetween(from, to, { from: from.locals(piece.func), to: to.locals(module.functions[func]!) });
      const replacedCount = random.chance(0.3) ? taken.length : 0;
      return spliced(body, latePlace(body.length, random), replacedCount, mapExpr(taken, map));
    }),
};

/** Adds a donor's function, exports it and calls it last. */
export const spliceFunction: Mutator = {
  name: 'splice-function',
  mutate: (program, random, donors) => {
    const piece = pickPiece(donors, random);
    const position = random.int(0, program.modules.length - 1);
    const { module } = program.modules[position]!;
    if (piece === undefined) return undefined;
    const from = new ModuleView(piece.module);
    const to = new ModuleView(module);
    if (to.funcTypes.length === 0) return undefined;
    const shape = from.funcType(piece.func.typeIndex);
    const alike = to.funcTypes.filter((index) => {
      const { params, results } = to.funcType(index);
      return params.length === shape.params.length && results.length === shape.results.length;
    });
    const typeIndex = random.pick(alike.length > 0 ? alike : to.funcTypes);
    const own = from.locals(piece.func);
    const map = mapBetween(from, to, { from: own, to: own });
    const func: Func = {
      typeIndex,
      // As many as the body knows, whatever the parameters are now.
      locals: own.slice(Math.min(own.length, to.funcType(typeIndex).params.length)).map((type) => mapValType(type, map)),
      body: mapExpr(piece.func.body, map),
    };
    const name = `spliced${to.functions.length}`;
    const added: Module = {
      ...module,
      functions: [...module.functions, func],
      exports: [...module.exports, { name, kind: 'func', index: to.functions.length }],
    };
    const steps = [...program.steps, { kind: 'call', module: position, export: name, args: [] } as const];
    return { ...withModule(program, position, added), steps };
  },
};
