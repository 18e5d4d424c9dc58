/**
 * Exceptions: raised here, in a callee, by a tail call or behind the host; caught by every kind of clause; kept as values in locals,
 * globals, tables and fields; and thrown again after collections.
 */
import type { Catch, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { ValType as Value } from '#wasm/syntax/types.ts';
import { HeapType, ValType, concrete, refType } from '#wasm/syntax/types.ts';
import type { Emitter } from '../build/emitter.ts';
import type { ModuleBuilder } from '../build/module-builder.ts';
import type { StatementProduction } from '../build/production.ts';
import { refOrNull } from '../build/type-table.ts';
import type { Stage } from './stage.ts';
import { VALUE_DEPTH } from './stage.ts';

const { exnref } = ValType;
const EXCEPTION = refType(HeapType.exn, false);
const NOTHING = { params: [], results: [] } as const;
const TABLE_ENTRIES = 3;
/** Chance of `throw_ref` of what may be null, in modules that may trap. */
const NULL_THROWN = 0.05;

/** Where exceptions are kept between one statement and another. */
export interface ExceptionPlaces {
  /** Index of a mutable global. */
  readonly global: number;
  readonly table: number;
  /** A structure whose only field, mutable, is an exnref; and a global that holds one or null. */
  readonly box: number;
  readonly boxGlobal: number;
}

export function defineExceptionPlaces(module: ModuleBuilder): ExceptionPlaces {
  const box = module.types.define([{ final: true, supertypes: [], composite: { kind: 'struct', fields: [{ storage: exnref, mutable: true }] } }]);
  const nothing = (heapType: HeapType): Instruction => ({ op: Op['ref.null'], heapType });
  return {
    box,
    global: module.addGlobal(exnref, true, [nothing(HeapType.exn)]),
    table: module.addTable(exnref, { min: TABLE_ENTRIES, max: TABLE_ENTRIES + 2 }),
    boxGlobal: module.addGlobal(refOrNull(box), true, [nothing(concrete(box))]),
  };
}

// --- Catching ----------------------------------------------------------------------------------------------

type ClauseKind = Catch['kind'];
const CATCH_ALL: readonly ClauseKind[] = ['catch_all', 'catch_all_ref'];
const EVERY_CLAUSE: readonly ClauseKind[] = ['catch', 'catch_ref', ...CATCH_ALL];
interface Clause {
  readonly kind: ClauseKind;
  /** -1 for the kinds that have none. */
  readonly tag: number;
  /** What lands at the label. */
  readonly types: readonly Value[];
}

function drawClause(e: Emitter, kinds: readonly ClauseKind[]): Clause {
  const kind = e.random.pick(kinds);
  const tag = kind === 'catch' || kind === 'catch_ref' ? e.random.int(0, e.module.tags.length - 1) : -1;
  const payload = tag < 0 ? [] : e.module.payload(tag);
  return { kind, tag, types: kind.endsWith('_ref') ? [...payload, EXCEPTION] : payload };
}
function drawClauses(e: Emitter): readonly Clause[] {
  const clauses = Array.from({ length: e.random.int(0, 3) }, () => drawClause(e, EVERY_CLAUSE));
  return e.random.chance(0.85) ? [...clauses, drawClause(e, CATCH_ALL)] : clauses;
}

/**
 * A `try_table` around `inside`, and for each clause a place where it lands and `handle` is written, which uses up what has landed.
 */
function catching(e: Emitter, clauses: readonly Clause[], inside: () => void, handle: (types: readonly Value[]) => void): void {
  const { body } = e;
  const { length } = clauses;
  /** The block of clause `i`, with the blocks of all before it inside. */
  const open = (i: number): void => {
    if (i >= 0) {
      body.block({ params: [], results: clauses[i]!.types }, () => {
        open(i - 1);
        body.emit('br', { label: length - i });
      });
      return handle(clauses[i]!.types);
    }
    const catches = clauses.map(({ kind, tag }, label) => ({ kind, label, ...(tag >= 0 && { tag }) }) as Catch);
    body.tryTable(NOTHING, catches, inside);
  };
  body.block(NOTHING, () => open(length - 1));
}

// --- Keeping and throwing ------------------------------------------------------------------------------------

class Throwing {
  readonly #stage: Stage;
  readonly #places: ExceptionPlaces;

  constructor(stage: Stage, places: ExceptionPlaces) {
    this.#stage = stage;
    this.#places = places;
  }

  /** Leaves an exnref from where one may be kept, or a new one. */
  kept(e: Emitter): void {
    const { body, random } = e;
    const { global, table, box, boxGlobal } = this.#places;
    random.weighted<() => void>([
      [3, () => body.emit('global.get', { global })],
      [3, () => {
        body.i32(random.int(0, TABLE_ENTRIES - 1));
        body.emit('table.get', { table });
      }],
      [2, () =>
        body.block({ params: [], results: [exnref] }, () => {
          body.emit('ref.null', { heapType: HeapType.exn });
          body.emit('global.get', { global: boxGlobal });
          body.emit('br_on_null', { label: 0 });
          body.emit('struct.get', { type: box, field: 0 });
          body.emit('br', { label: 0 });
        })],
      [2, () => e.valueOf(exnref, VALUE_DEPTH)],
    ])();
  }

  /** Keeps the exnref on top somewhere. */
  keep(e: Emitter): void {
    const { body, random } = e;
    const { global, table, box, boxGlobal } = this.#places;
    body.scratch(exnref, (local) => {
      const get = (): void => body.emit('local.get', { local });
      body.emit('local.set', { local });
      random.weighted<() => void>([
        [3, () => {
          get();
          body.emit('global.set', { global });
        }],
        [3, () => {
          body.i32(random.int(0, TABLE_ENTRIES - 1));
          get();
          body.emit('table.set', { table });
        }],
        [2, () => {
          get();
          body.emit('struct.new', { type: box });
          body.emit('global.set', { global: boxGlobal });
        }],
      ])();
      // As often as not the local keeps it, too.
      if (random.chance(0.5)) return;
      body.emit('ref.null', { heapType: HeapType.exn });
      body.emit('local.set', { local });
    });
  }
  forget(e: Emitter): void {
    e.body.emit('ref.null', { heapType: HeapType.exn });
    e.body.emit('global.set', { global: this.#places.global });
  }

  throwNew(e: Emitter): void {
    const tag = e.random.int(0, e.module.tags.length - 1);
    this.#stage.push(e, e.module.payload(tag));
    e.body.emit('throw', { tag });
  }
  /** Throws what is kept, unless that is null. */
  throwKept(e: Emitter): void {
    e.body.block(NOTHING, () => {
      this.kept(e);
      const mayTrap = e.settings.risk > 0 && e.random.chance(NULL_THROWN);
      if (!mayTrap) e.body.emit('br_on_null', { label: 0 });
      e.body.emit('throw_ref');
    });
  }
  /** Throws in a callee, one that was reached by a tail call as often as not, while its caller holds something. */
  #throwInCallee(e: Emitter): void {
    const stage = this.#stage;
    const params = stage.drawTypes(0, 2);
    const callee = stage.companion(e, { params, results: [] }, (inner) => {
      stage.pause(inner, 0);
      if (inner.random.chance(0.3)) this.throwKept(inner);
      this.throwNew(inner);
    });
    const caller = stage.companion(e, NOTHING, (inner) => {
      stage.push(inner, stage.drawTypes(0, 2));
      stage.push(inner, params);
      inner.body.emit(inner.random.chance(0.5) ? 'return_call' : 'call', { func: callee.index });
      inner.body.emit('unreachable');
    });
    e.call(caller);
  }

  /** Throws, most of the time. */
  raise(e: Emitter, depth: number): void {
    const stage = this.#stage;
    const hosts = stage.mayCall(e) ? (['cb', 'cb_gc', 'cb_twice'] as const).flatMap((name) => e.module.host(name) ?? []) : [];
    e.random.weighted<() => void>([
      [5, () => this.throwNew(e)],
      [4, () => this.throwKept(e)],
      [e.full ? 0 : 4, () => this.#throwInCallee(e)],
      [hosts.length > 0 ? 4 : 0, () => e.call(e.random.pick(hosts))],
      [depth > 0 ? 4 : 0, () => e.statement(depth)],
      [1, () => stage.pause(e, 0)],
    ])();
  }

  // --- Catching ----------------------------------------------------------------------------------------------

  /** Uses up what has landed, and keeps or throws the exception again. */
  handle(e: Emitter, types: readonly Value[]): void {
    const stage = this.#stage;
    if (e.random.chance(0.5)) stage.pause(e, 0);
    if (types.at(-1) !== EXCEPTION || e.random.chance(0.4)) return stage.use(e, types);
    this.keep(e);
    stage.use(e, types.slice(0, -1));
  }

  tryCatch(e: Emitter, depth: number): void {
    const stage = this.#stage;
    const inside = (): void => {
      const below = stage.drawTypes(0, 2);
      stage.push(e, below);
      if (e.random.chance(0.6)) stage.pause(e, depth);
      this.raise(e, depth);
      stage.use(e, below);
    };
    catching(e, drawClauses(e), inside, (types) => this.handle(e, types));
  }
  /** The handler of the inner one throws what is kept, which the outer one catches. */
  nested(e: Emitter, depth: number): void {
    const throwAgain = (types: readonly Value[]): void => {
      this.#stage.use(e, types);
      if (e.random.chance(0.6)) this.throwKept(e);
    };
    const inner = (): void => catching(e, drawClauses(e), () => this.raise(e, depth), throwAgain);
    catching(e, [drawClause(e, CATCH_ALL)], inner, (types) => this.handle(e, types));
  }
}

/** @returns productions for functions that the host calls, and for one that it calls back */
export function throwingOf(
  stage: Stage,
  places: ExceptionPlaces,
): { readonly statements: readonly StatementProduction[]; readonly callback: readonly StatementProduction[] } {
  const throwing = new Throwing(stage, places);
  const row = (name: string, weight: number, emit: StatementProduction['emit']): StatementProduction => ({ name, weight, when: () => true, emit });
  const uncaught: StatementProduction = { name: 'uncaught', weight: 1, when: (e) => e.random.chance(0.1), emit: (e) => throwing.throwKept(e) };
  const raise = row('raise', 3, (e) => throwing.raise(e, 0));
  const statements = [
    row('try and catch', 12, (e, depth) => throwing.tryCatch(e, depth)),
    row('caught while values wait', 8, (e, depth) => {
      const types = stage.drawTypes(1, 3);
      stage.push(e, types);
      throwing.tryCatch(e, depth);
      if (e.random.chance(0.4)) stage.pause(e, 0);
      stage.use(e, types);
    }),
    row('nested try_tables', 5, (e, depth) => throwing.nested(e, depth)),
    row('exception kept', 4, (e) => {
      e.valueOf(exnref, VALUE_DEPTH + 1);
      if (e.random.chance(0.5)) stage.pause(e, 0);
      throwing.keep(e);
    }),
    row('kept exception used', 3, (e) => {
      throwing.kept(e);
      stage.pause(e, 0);
      stage.sinks.use(e.body, exnref);
    }),
    row('kept exception forgotten', 1, (e) => {
      throwing.forget(e);
      stage.pause(e, 0);
    }),
  ];
  return { statements: [...statements, uncaught], callback: [raise] };
}
