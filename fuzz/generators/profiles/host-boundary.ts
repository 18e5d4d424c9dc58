/**
 * References that cross between host, module and module: host objects and i31 as externref, results in pairs, results that do not fit,
 * calls back, exceptions and traps that pass through the host, roots that the host keeps, and what it writes into globals and tables; a
 * library whose globals, tables, tags and functions the module imports.
 */
import type { Step } from '#fuzz/program/program.ts';
import { ValType } from '#wasm/syntax/types.ts';
import { NUMBER_VALUES } from '../build/number-values.ts';
import type { StatementProduction, ValueProduction } from '../build/production.ts';
import { only, reweighted } from '../build/production.ts';
import { drawArgument } from '../build/profile.ts';
import { REFERENCE_VALUES } from '../build/reference-values.ts';
import { TABLE_STATEMENTS } from '../build/tables.ts';
import { trapOnPurpose } from '../build/traps.ts';
import { refTo } from '../build/type-table.ts';
import type { Random } from '../random.ts';
import { PASSED_ON, arrivalsOf } from '../stack/arrivals.ts';
import { holdsOf } from '../stack/holds.ts';
import type { LibraryImports } from '../stack/library.ts';
import { LIBRARY_GLOBALS, LIBRARY_TABLES, TABLE_ENTRIES, drawLibrary, importLibrary } from '../stack/library.ts';
import { defineNodes } from '../stack/nodes.ts';
import { pausesOf, reentriesOf } from '../stack/pauses.ts';
import { SLOTS, stackGenerator } from '../stack/stack-profile.ts';
import type { Stage } from '../stack/stage.ts';
import { defineExceptionPlaces, throwingOf } from '../stack/throwing.ts';

const { i32, anyref, externref } = ValType;
const NOTHING = { params: [], results: [] } as const;

const VALUES = reweighted(REFERENCE_VALUES, { 'struct.new': 16, 'host object': 10, 'global.get': 8, 'table.get': 8, 'ref.null': 1 });

/** Values that come from across the boundary. */
function foreignValuesOf(stage: Stage, library: LibraryImports): readonly ValueProduction[] {
  const isExtern = (_: unknown, type: ValType): boolean => type === externref;
  const isAny = (_: unknown, type: ValType): boolean => type === anyref;
  return [
    {
      name: 'one of a pair',
      weight: 8,
      when: isExtern,
      emit: (e) => {
        e.call(e.module.host('two')!);
        if (e.random.chance(0.4)) stage.pause(e, 0);
        stage.sinks.use(e.body, externref);
      },
    },
    {
      name: 'i31 as externref',
      weight: 5,
      when: isExtern,
      emit: (e) => {
        e.i31();
        e.body.emit('extern.convert_any');
      },
    },
    {
      name: 'one of a swapped pair',
      weight: 4,
      when: isExtern,
      emit: (e, type, depth) => {
        e.valueOf(type, depth);
        e.valueOf(type, depth);
        e.call(library.swap);
        stage.sinks.use(e.body, externref);
      },
    },
    { name: "the library's object", weight: 6, when: isAny, emit: (e) => e.call(library.make) },
    {
      name: 'through the library',
      weight: 5,
      when: isAny,
      emit: (e, type, depth) => {
        e.valueOf(type, depth);
        e.call(library.through);
      },
    },
  ];
}

/** Calls that leave the module in unusual ways. */
function crossingsOf(stage: Stage, library: LibraryImports): readonly StatementProduction[] {
  const row = (name: string, weight: number, emit: StatementProduction['emit']): StatementProduction => ({ name, weight, when: () => true, emit });
  return [
    row('exception of the library', 5, (e, depth) => {
      const types = stage.drawTypes(0, 2);
      stage.push(e, types);
      e.body.block({ params: [], results: [externref] }, () => {
        e.body.tryTable(NOTHING, [{ kind: 'catch', tag: 0, label: 0 }], () => {
          e.valueOf(externref, 2);
          e.call(library.raise);
        });
        e.body.emit('unreachable');
      });
      stage.pause(e, depth);
      stage.use(e, [...types, externref]);
    }),
    row('calls back two activations deep', 4, (e) => {
      const types = stage.drawTypes(1, 3);
      stage.push(e, types);
      e.call(library.back);
      stage.use(e, types);
    }),
    { name: 'a result that does not fit', weight: 3, when: (e) => e.random.chance(0.2), emit: (e) => callBad(stage, e) },
  ];
}

/** Traps: the second of the two results is null where that is forbidden. */
function callBad(stage: Stage, e: Parameters<StatementProduction['emit']>[0]): void {
  e.call(e.module.host('bad')!);
  stage.use(e, [externref, anyref]);
}

/** Traps in a function that the host calls back, with values in several frames. */
function trapsOf(stage: Stage): readonly StatementProduction[] {
  return [
    {
      name: 'trap while values wait',
      weight: 3,
      when: () => true,
      emit: (e) => {
        const params = stage.drawTypes(1, 3);
        stage.push(e, params);
        e.call(
          stage.companion(e, { params, results: [] }, (inner) => {
            const types = stage.drawTypes(0, 2);
            stage.push(inner, types);
            trapOnPurpose(inner);
            stage.use(inner, types);
          }),
        );
      },
    },
  ];
}

/** What the host does to the library's state and to what it keeps. */
function deed(random: Random): Step {
  const value = drawArgument(random, anyref);
  const global = random.pick(Object.keys(LIBRARY_GLOBALS));
  const table = random.pick(Object.keys(LIBRARY_TABLES));
  return random.weighted<() => Step>([
    [4, () => ({ kind: 'setGlobal', module: 0, export: global, value })],
    [4, () => ({ kind: 'setTable', module: 0, export: table, index: random.int(0, TABLE_ENTRIES), value })],
    [2, () => ({ kind: 'growTable', module: 0, export: table, by: random.int(0, 3), value })],
    [4, () => ({ kind: 'release', slot: random.int(0, SLOTS - 1) })],
    [1, () => ({ kind: 'instantiate', module: random.int(0, 1) })],
    [1, () => ({ kind: 'drop', module: 0 })],
    [2, () => ({ kind: 'call', module: 0, export: 'make', args: [], keep: random.int(0, SLOTS - 1) })],
    [1, () => ({ kind: 'call', module: 0, export: 'through', args: [value], keep: random.int(0, SLOTS - 1) })],
  ])();
}

export const hostBoundary = stackGenerator({
  name: 'host-boundary',
  version: 3,
  summary: 'references between host, module and module: pairs, calls back, kept roots, exceptions across the host',
  imports: ['gc', 'id', 'idf', 'mk', 'val', 'two', 'bad', 'cb', 'cb_gc', 'cb_twice', 'cb_trap'],
  hasGc: true,
  deed,
  plan: (module, random) => {
    const library = drawLibrary(random);
    const imports = importLibrary(module);
    const { node } = defineNodes(module, random);
    module.addTag([refTo(node)]);
    const places = defineExceptionPlaces(module);
    // Where the function that is called back traps, it is mostly called by a host that does not mind.
    const traps = random.chance(0.3);
    const names = traps && random.chance(0.8) ? (['cb_trap'] as const) : undefined;
    return {
      library,
      held: [[8, externref], [4, anyref], [4, refTo(node)], [1, i32]],
      values: (stage) => [...foreignValuesOf(stage, imports), ...VALUES, ...NUMBER_VALUES, ...PASSED_ON, ...arrivalsOf(stage)],
      pauses: (stage) => [...pausesOf(stage), ...reweighted(reentriesOf(stage, names), { 'host calls back': 10 })],
      statements: (stage) => [
        ...crossingsOf(stage, imports),
        ...holdsOf(stage),
        ...(traps ? [] : only(throwingOf(stage, places).statements, ['try and catch', 'caught while values wait', 'exception kept'])),
        ...reweighted(TABLE_STATEMENTS, { 'table.set': 3, 'table.fill': 2, 'table.grow': 2, 'table.copy': 2 }),
      ],
      callback: (stage) => (traps ? trapsOf(stage) : throwingOf(stage, places).callback),
    };
  },
  signature: (random) =>
    random.pick([NOTHING, { params: [externref, anyref], results: [anyref] }, { params: [externref, externref], results: [externref] }]),
});
