/**
 * Makes a change that is no gain in itself, if statements can go in return. What a body stores first of all can often be there
 * from the start: a global, table or array begins with an object in the place of null. What needs three elements can often do with one,
 * if all that speak of three agree. And what makes a collection happen can go if the schedule has one.
 */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { Limits } from '#wasm/syntax/types.ts';
import type { Program } from '#fuzz/program/program.ts';
import { NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { Gate, Reducer } from '../gate.ts';
import { isValid } from '../validity.ts';
import type { Site } from '../sites.ts';
import { sitesOf, withExpr, withModule } from '../sites.ts';
import { smallObjectsOf } from '../small-values.ts';
import { statementsOf } from './drop-statements.ts';
import { withoutDefinition } from './drop-unused.ts';

/** Up to so many statements all runs of them are tried, beyond that single ones. */
const MAX_STATEMENTS_IN_RUNS = 8;
/** In instructions. */
const MAX_RICH_BODY = 40;

// --- Changes -----------------------------------------------------------------------------------------------

/** What `length` instructions that end at `at` could give way to, for the initial value to hold more objects. */
function richer(init: Expr, at: number, module: Module): { readonly length: number; readonly values: readonly Expr[] } {
  const instruction = init[at]!;
  const objects = smallObjectsOf(module);
  const count = init[at - 1]?.op === Op['i32.const'] ? init[at - 1]! : undefined;
  if (instruction.op === Op['ref.null']) return { length: 1, values: objects.map((object) => [object]) };
  if (instruction.op === Op['ref.i31']) return { length: 2, values: objects.map((object) => [object]) };
  if (instruction.op === Op['array.new_default']) {
    return { length: 2, values: objects.map((object) => [object, arrayOf(instruction.type, 1)]) };
  }
  if (instruction.op === Op['array.new'] && count?.op === Op['i32.const'] && at >= 2) {
    const elements = [...(count.value === 2 ? [init[at - 2]!] : []), ...objects];
    const pairs = elements.map((element): Expr => [element, element, arrayOf(instruction.type, 2)]);
    return { length: 3, values: [...objects.map((object) => [object, arrayOf(instruction.type, 1)]), ...pairs] };
  }
  return { length: 0, values: [] };
}
function arrayOf(type: number, length: number): Instruction {
  return { op: Op['array.new_fixed'], type, length };
}

/** The expression with an object more in one place. */
function enriched(init: Expr, module: Module): readonly Expr[] {
  return init.flatMap((_, at) => {
    const { length, values } = richer(init, at, module);
    return values.map((value) => [...init.slice(0, at + 1 - length), ...value, ...init.slice(at + 1)]);
  });
}
function enrichedGlobals(module: Module): readonly Module[] {
  return module.globals.flatMap(({ init }, position) =>
    enriched(init, module).map((expr) => withExpr(module, { kind: 'global', position }, expr)),
  );
}

/** Of bodies that are short: there are many places. */
function enrichedBodies(module: Module): readonly Module[] {
  return module.functions.flatMap(({ body }, position) =>
    body.length > MAX_RICH_BODY ? [] : enriched(body, module).map((expr) => withExpr(module, { kind: 'function', position }, expr)),
  );
}

/** Tables that begin with an object in the place of null. */
function enrichedTables(module: Module): readonly Module[] {
  return module.tables.flatMap(({ init }, position) => {
    const values = init === undefined ? smallObjectsOf(module).map((object): Expr => [object]) : enriched(init, module);
    return values.map((expr) => withExpr(module, { kind: 'table', position }, expr));
  });
}

/** The module in which a number of elements is 1 wherever it occurs. */
function withFewer(module: Module, value: number): Module {
  const change = (expr: Expr): Expr =>
    expr.map((instruction) =>
      instruction.op === Op['i32.const'] && instruction.value === value ? { ...instruction, value: 1 } : instruction,
    );
  return {
    ...module,
    functions: module.functions.map((func) => ({ ...func, body: change(func.body) })),
    globals: module.globals.map((global) => ({ ...global, init: change(global.init) })),
    tables: module.tables.map((table) => ({ ...table, type: { ...table.type, limits: fewerEntries(table.type.limits, value) } })),
  };
}
function fewerEntries(limits: Limits, value: number): Limits {
  return limits.min === value ? { ...limits, min: 1 } : limits;
}
function constantsOf({ functions, globals, tables }: Module): ReadonlySet<number> {
  const exprs = [...functions.map(({ body }) => body), ...globals.map(({ init }) => init)];
  const constants = exprs.flat().flatMap((instruction) => (instruction.op === Op['i32.const'] ? [instruction.value] : []));
  return new Set([...constants, ...tables.map(({ type }) => type.limits.min)]);
}

/** With each constant above 1 made 1, one at a time. */
function fewer(module: Module): readonly Module[] {
  return [...constantsOf(module)].filter((value) => value > 1).map((value) => withFewer(module, value));
}

function changes(program: Program, position: number): readonly Program[] {
  const { module } = program.modules[position]!;
  const rich = [...enrichedGlobals(module), ...enrichedTables(module), ...enrichedBodies(module)];
  const changed = [...rich, ...fewer(module), ...rich.flatMap(fewer)].filter(isValid);
  return [
    { ...program, schedule: { ...NO_COLLECTIONS, atEntry: true } },
    ...changed.map((other) => withModule(program, position, other)),
  ];
}

// --- Prices ------------------------------------------------------------------------------------------------

/** The module without one active segment. */
function withoutOneSegment(module: Module): readonly Module[] {
  return module.elements.flatMap(({ mode }, index) => (mode.kind === 'active' ? [withoutDefinition(module, 'elem', index)] : []));
}

/** The module without one call that neither takes nor gives anything, wherever it stands. */
function withoutOneCall(module: Module, { place, expr, heights, floors }: Site): readonly Module[] {
  return expr.flatMap(({ op }, at) => {
    const isAlone = op === Op.call && heights[at] === heights[at + 1] && heights[at] === floors[at];
    return isAlone ? [withExpr(module, place, expr.filter((_, i) => i !== at))] : [];
  });
}

/** The module without one run of statements of one body, or else one call or segment. */
function shortened(module: Module): readonly Module[] {
  const sites = sitesOf(module).filter(({ place }) => place.kind === 'function');
  return [
    ...withoutStatements(module, sites),
    ...sites.flatMap((site) => withoutOneCall(module, site)),
    ...withoutOneSegment(module),
  ];
}
function withoutStatements(module: Module, sites: readonly Site[]): readonly Module[] {
  return sites.flatMap((site) => {
    const statements = statementsOf(site);
    const longest = statements.length <= MAX_STATEMENTS_IN_RUNS ? statements.length : 1;
    const modules: Module[] = [];
    for (let length = longest; length > 0; length--) {
      for (let at = 0; at + length <= statements.length; at++) {
        const kept = [...statements.slice(0, at), ...statements.slice(at + length)];
        modules.push(withExpr(module, site.place, kept.flat()));
      }
    }
    return modules;
  });
}

function trade(gate: Gate, position: number): boolean {
  return changes(gate.best, position).some(
    (changed) =>
      gate.try(changed) ||
      shortened(changed.modules[position]!.module).some((module) => gate.try(withModule(changed, position, module))),
  );
}

/** Whether anything was accepted. */
function tradeInPassage(gate: Gate, position: number): boolean {
  const before = gate.best;
  gate.passage(() => void trade(gate, position));
  return gate.best !== before;
}

export const tradeStatements: Reducer = {
  name: 'trade-statements',
  reduce: (gate) => {
    for (let position = 0; position < gate.best.modules.length; position++) while (tradeInPassage(gate, position));
  },
};
