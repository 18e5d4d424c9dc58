/**
 * Calls of every kind: direct, by reference, through tables, as tail calls, recursive; of functions of related types, which are kept in
 * fields, arrays, globals and tables and pass through the host. Arguments and what waits below them are references.
 */
import { Op } from '#wasm/syntax/instructions.ts';
import type { ValType as Value } from '#wasm/syntax/types.ts';
import { HeapType, ValType, concrete, heapTypeOf, isRefType } from '#wasm/syntax/types.ts';
import type { ProgramModule } from '#fuzz/program/program.ts';
import type { Emitter } from '../build/emitter.ts';
import type { ModuleBuilder } from '../build/module-builder.ts';
import type { StatementProduction, ValueProduction } from '../build/production.ts';
import { refOrNull, refTo } from '../build/type-table.ts';
import type { Random } from '../random.ts';
import type { Callee, OfferedKind } from './foreign-callees.ts';
import { defaultObject, i31Of, importCallees } from './foreign-callees.ts';
import type { Nodes } from './nodes.ts';
import type { Stage } from './stage.ts';
import { VALUE_DEPTH } from './stage.ts';

const { i32, anyref, funcref } = ValType;
const NOTHING = { params: [], results: [] } as const;
const ROUNDS = 6;
/** Share of modules that import some of their callees. */
const FOREIGN_SHARE = 0.3;

export interface CallPlaces {
  /** From a type to its subtypes: each function of a later kind is one of the earlier kinds, too. */
  readonly kinds: readonly OfferedKind[];
  /** Functions of the kinds: those whose body is still to be written, then imported ones. */
  readonly own: readonly Callee[];
  readonly callees: readonly Callee[];
  /** The module that functions are imported from, if any are. */
  readonly library: ProgramModule | undefined;
  /** Those that the table holds, in its order. Its entries are of the first kind, none of them null. */
  readonly tabled: readonly Callee[];
  readonly table: number;
  /** Any function or null. */
  readonly loose: number;
  /** A structure of a funcref and a reference to the first kind, both mutable; an array of the latter. */
  readonly holder: number;
  readonly list: number;
}

function defineKinds(module: ModuleBuilder, { node, wide }: Nodes): readonly OfferedKind[] {
  const offers = [
    { returned: anyref, result: i31Of(31) },
    { returned: refOrNull(node), result: defaultObject(node) },
    { returned: refTo(wide), result: defaultObject(wide) },
  ];
  const kinds: OfferedKind[] = [];
  for (const { returned, result } of offers) {
    const signature = { params: [anyref], results: [returned] };
    const supertypes = kinds.slice(-1).map(({ type }) => type);
    const type = module.types.define([{ final: kinds.length === 2, supertypes, composite: { kind: 'func', ...signature } }]);
    kinds.push({ type, signature, result });
  }
  return kinds;
}

/** Declares types, functions, tables and globals. */
export function defineCallPlaces(module: ModuleBuilder, random: Random, nodes: Nodes): CallPlaces {
  const kinds = defineKinds(module, nodes);
  const foreign = random.chance(FOREIGN_SHARE) ? importCallees(module, random, kinds) : undefined;
  const own = [0, 1, 2, 0, 1, 2].map((kind) => ({ ...module.declare(kinds[kind]!.signature, kinds[kind]!.type), kind, actual: kind }));
  const callees: readonly Callee[] = [...own, ...(foreign?.callees ?? [])];
  const first = kinds[0]!.type;
  const mutable = (storage: Value) => ({ storage, mutable: true });
  const holder = module.types.define([
    { final: true, supertypes: [], composite: { kind: 'struct', fields: [mutable(funcref), mutable(refOrNull(first))] } },
  ]);
  const list = module.types.define([{ final: true, supertypes: [], composite: { kind: 'array', element: mutable(refOrNull(first)) } }]);
  // The others come into tables by code only: V8 takes those that a segment puts there for what they are imported as (`fuzz/oracles/v8-defects.ts`).
  const tabled = callees.filter(({ kind, actual }) => kind === actual);
  const size = tabled.length;
  const table = module.addTable(refTo(first), { min: size, max: size }, [{ op: Op['ref.func'], func: callees[0]!.index }]);
  const items = tabled.map(({ index }) => [{ op: Op['ref.func'], func: index }]);
  module.addElement(refTo(first), items, { kind: 'active', table, offset: [{ op: Op['i32.const'], value: 0 }] });
  const loose = module.addTable(funcref, { min: 4, max: 8 });
  for (const type of [funcref, refOrNull(first)]) module.addGlobal(type, true, [{ op: Op['ref.func'], func: callees[1]!.index }]);
  module.addGlobal(refOrNull(holder), true, [{ op: Op['ref.null'], heapType: concrete(holder) }]);
  return { kinds, own, callees, tabled, library: foreign?.library, table, loose, holder, list };
}

class Calling {
  readonly #stage: Stage;
  readonly #places: CallPlaces;

  constructor(stage: Stage, places: CallPlaces) {
    this.#stage = stage;
    this.#places = places;
  }

  /** Leaves a reference to a function of a kind. */
  #target(e: Emitter, kind: number): void {
    const { kinds, callees, loose } = this.#places;
    const { type } = kinds[kind]!;
    const fitting = callees.filter((callee) => callee.kind >= kind);
    const disguised = callees.filter((callee) => callee.kind < kind && callee.actual >= kind);
    const direct = (): void => e.body.emit('ref.func', { func: e.random.pick(fitting).index });
    const idf = e.module.host('idf');
    e.random.weighted<() => void>([
      [3, direct],
      [4, () => e.valueOf(refTo(type), VALUE_DEPTH)],
      [disguised.length === 0 ? 0 : 4, () => {
        const callee = e.random.pick(disguised);
        e.coerced(refTo(callee.typeIndex), refTo(type), () => e.body.emit('ref.func', { func: callee.index }));
      }],
      [2, () => e.coerced(funcref, refTo(type), () => {
        e.body.i32(e.random.int(0, 3));
        e.body.emit('table.get', { table: loose });
      })],
      [idf === undefined ? 0 : 2, () => e.coerced(funcref, refTo(type), () => {
        direct();
        e.call(idf!);
      })],
    ])();
  }

  /** Leaves one argument and calls; a tail call ends the function. */
  call(e: Emitter, kind: number, tail: boolean): void {
    const stage = this.#stage;
    const { callees, kinds, table, tabled } = this.#places;
    const { type } = kinds[kind]!;
    const fitting = callees.filter((callee) => callee.kind >= kind);
    e.valueOf(anyref, VALUE_DEPTH);
    if (e.random.chance(0.3)) stage.pause(e, 0);
    e.random.weighted<() => void>([
      [2, () => e.body.emit(tail ? 'return_call' : 'call', { func: e.random.pick(fitting).index })],
      [4, () => {
        this.#target(e, kind);
        e.body.emit(tail ? 'return_call_ref' : 'call_ref', { type });
      }],
      [4, () => {
        // A callee of another kind, or an index out of bounds, traps.
        e.body.i32(e.risky() ? e.random.int(-1, 7) : tabled.indexOf(e.random.pick(tabled.filter((callee) => callee.kind >= kind))));
        e.body.emit(tail ? 'return_call_indirect' : 'call_indirect', { type, table });
      }],
    ])();
  }

  /** Kinds whose result can become of a type. */
  kindsFor(e: Emitter, wanted: Value): readonly number[] {
    if (!isRefType(wanted)) return [];
    return this.#places.kinds.flatMap(({ signature }, kind) => (e.module.types.canBecome(signature.results[0]!, wanted) ? [kind] : []));
  }
  drawKind(e: Emitter): number {
    return e.random.int(0, this.#places.kinds.length - 1);
  }

  /** A function that ends in a tail call, with operands below that go down with it. */
  tail(e: Emitter): void {
    const stage = this.#stage;
    const kind = this.drawKind(e);
    const { signature } = this.#places.kinds[kind]!;
    const caller = stage.companion(e, { params: stage.drawTypes(0, 2), results: signature.results }, (inner) => {
      stage.push(inner, stage.drawTypes(0, 2));
      this.call(inner, kind, true);
    });
    stage.push(e, caller.params);
    e.call(caller);
    if (e.random.chance(0.5)) stage.pause(e, 0);
    stage.use(e, signature.results);
  }

  /** A function that calls itself a few times, handing a reference on; each round may collect. */
  recursion(e: Emitter): void {
    const stage = this.#stage;
    const type = stage.drawReferenceType();
    const params = [i32, type];
    const { random } = e;
    const way = random.pick(['call', 'return_call', 'call_ref', 'return_call_ref'] as const);
    const isTail = way.startsWith('return');
    const callee = stage.companion(e, { params, results: [type] }, (inner, self) => {
      const { body } = inner;
      body.variables.shift(); // Nothing else may write the counter.
      body.emit('local.get', { local: 0 });
      body.emit('i32.eqz');
      body.if(NOTHING, () => {
        stage.pause(inner, 0);
        body.emit('local.get', { local: 1 });
        body.emit('return');
      });
      if (!isTail) body.emit('local.get', { local: 1 });
      body.emit('local.get', { local: 0 });
      body.i32(1);
      body.emit('i32.sub');
      if (random.chance(0.6)) inner.valueOf(type, VALUE_DEPTH);
      else body.emit('local.get', { local: 1 });
      if (random.chance(0.4)) stage.pause(inner, 0);
      if (way === 'call' || way === 'return_call') body.emit(way, { func: self.index });
      else {
        body.emit('ref.func', { func: self.index });
        body.emit(way, { type: self.typeIndex });
      }
      if (isTail) return;
      // What waited below the call is what is returned.
      stage.sinks.use(body, type);
    });
    e.body.i32(random.int(1, isTail ? 4 * ROUNDS : ROUNDS));
    e.valueOf(type, VALUE_DEPTH);
    e.call(callee);
    stage.sinks.use(e.body, type);
  }

  /** Puts a function where it can be found later. */
  keep(e: Emitter): void {
    const { loose, holder } = this.#places;
    e.random.weighted<() => void>([
      [3, () => {
        e.body.i32(e.random.int(0, 3));
        e.valueOf(funcref, VALUE_DEPTH);
        e.body.emit('table.set', { table: loose });
      }],
      [2, () => {
        const global = e.random.pick(e.module.globals.flatMap(({ type }, i) => (type.mutable && isFunction(e, type.type) ? [i] : [])));
        e.valueOf(e.module.globals[global]!.type.type, VALUE_DEPTH);
        e.body.emit('global.set', { global });
      }],
      [3, () => {
        const field = e.random.int(0, 1);
        e.valueOf(refTo(holder), VALUE_DEPTH);
        e.valueOf(field === 0 ? funcref : refOrNull(this.#places.kinds[0]!.type), VALUE_DEPTH);
        e.body.emit('struct.set', { type: holder, field });
      }],
    ])();
  }

  writeCallees(): void {
    const stage = this.#stage;
    for (const callee of this.#places.own) {
      stage.writeLeaf(callee, (e) => {
        if (e.random.chance(0.7)) stage.pause(e, 0);
        e.valueOf(callee.results[0]!, VALUE_DEPTH);
        if (e.random.chance(0.4)) stage.pause(e, 0);
      });
    }
  }
}

function isFunction(e: Emitter, type: Value): boolean {
  return isRefType(type) && e.module.types.top(heapTypeOf(type)) === HeapType.func;
}

export interface CallProductions {
  readonly values: readonly ValueProduction[];
  readonly statements: readonly StatementProduction[];
}

/** Writes the callees. @returns productions that call them */
export function callingOf(stage: Stage, places: CallPlaces): CallProductions & { readonly writeCallees: () => void } {
  const calling = new Calling(stage, places);
  const callResult: ValueProduction = {
    name: 'result of a callee',
    weight: 14,
    when: (e, type) => stage.mayCall(e) && !e.full && calling.kindsFor(e, type).length > 0,
    emit: (e, type) => {
      const kind = e.random.pick(calling.kindsFor(e, type));
      e.coerced(places.kinds[kind]!.signature.results[0]!, type, () => calling.call(e, kind, false));
    },
  };
  const row = (name: string, weight: number, emit: StatementProduction['emit']): StatementProduction => ({
    name,
    weight,
    when: (e) => stage.mayCall(e) && !e.full,
    emit,
  });
  const statements = [
    row('call while values wait', 8, (e, depth) => {
      const types = stage.drawTypes(1, 3);
      const kind = e.random.int(0, places.kinds.length - 1);
      stage.push(e, types);
      calling.call(e, kind, false);
      if (e.random.chance(0.4)) stage.pause(e, depth);
      stage.use(e, [...types, ...places.kinds[kind]!.signature.results]);
    }),
    row('tail call', 10, (e) => calling.tail(e)),
    row('recursion', 7, (e) => calling.recursion(e)),
    row('function kept', 5, (e) => calling.keep(e)),
  ];
  return { values: [callResult], statements, writeCallees: () => calling.writeCallees() };
}
