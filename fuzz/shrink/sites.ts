/**
 * The expressions of a module, each with what the validator knows at every point of it: how high the operand stack is, how
 * deep the blocks are, what lies on top. Reducers cut expressions at points that fit together.
 */
import type { Expr } from '#wasm/syntax/instructions.ts';
import type { DataSegment, ElementSegment, Module } from '#wasm/syntax/module.ts';
import type { ValType } from '#wasm/syntax/types.ts';
import type { FunctionValidator } from '#wasm/valid/function-validator.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import type { ExpressionWalker } from '#wasm/valid/validate.ts';
import { validate } from '#wasm/valid/validate.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Gate } from './gate.ts';
import { differInBodiesOnly, validatorOf } from './validity.ts';

/** Where in a module an expression is. Positions count definitions, not imports. */
export type Place =
  | { readonly kind: 'function' | 'global' | 'table' | 'elementOffset' | 'dataOffset'; readonly position: number }
  | { readonly kind: 'element'; readonly position: number; readonly item: number };

/** Points are between instructions: point `i` is before instruction `i`, the last one is the end. */
export interface Site {
  readonly module: Module;
  readonly place: Place;
  readonly expr: Expr;
  /** Height of the operand stack at each point. */
  readonly heights: readonly number[];
  /** Number of open blocks at each point. */
  readonly depths: readonly number[];
  /** For each instruction: the height down to which it takes operands. */
  readonly floors: readonly number[];
  /** Canonical type on top of the stack at each point, if any. */
  readonly tops: readonly (ValType | undefined)[];
}

type Measures = Omit<Site, 'module' | 'place'>;

/** Takes the validator, which has begun it, through an expression. */
function measure(validator: FunctionValidator, expr: Expr): Measures {
  const heights: number[] = [validator.operands.length];
  const depths: number[] = [validator.controls.length];
  const floors: number[] = [];
  const tops: (ValType | undefined)[] = [validator.operands.at(-1)];
  for (const instruction of expr) {
    validator.step(instruction);
    floors.push(validator.untouched);
    heights.push(validator.operands.length);
    depths.push(validator.controls.length);
    tops.push(validator.operands.at(-1));
  }
  return { expr, heights, depths, floors, tops };
}

function walkInto(module: Module, sites: Site[], imported: (kind: 'func' | 'global' | 'table') => number): ExpressionWalker {
  const items = new Map<number, number>();
  return (validator, expr, role) => {
    const measures = measure(validator, expr);
    const add = (place: Place): void => void sites.push({ module, place, ...measures });
    switch (role.kind) {
      case 'function':
        return add({ kind: 'function', position: role.index - imported('func') });
      case 'global':
        return add({ kind: 'global', position: role.index - imported('global') });
      case 'table':
        return add({ kind: 'table', position: role.index - imported('table') });
      case 'element': {
        const item = items.get(role.segment) ?? 0;
        items.set(role.segment, item + 1);
        return add({ kind: 'element', position: role.segment, item });
      }
      case 'elementOffset':
      case 'dataOffset':
        return add({ kind: role.kind, position: role.segment });
    }
  };
}

/** @param module valid */
export function sitesOf(module: Module): readonly Site[] {
  const sites: Site[] = [];
  const counts = new Map<string, number>();
  for (const { type } of module.imports) counts.set(type.kind, (counts.get(type.kind) ?? 0) + 1);
  validate(module, new TypeRegistry(), walkInto(module, sites, (kind) => counts.get(kind) ?? 0));
  return sites;
}

/** The sites of a module that changes: what has not changed is not measured again. */
class Sites {
  #module: Module;
  #sites: readonly Site[];

  constructor(module: Module) {
    this.#module = module;
    this.#sites = sitesOf(module);
  }

  get count(): number {
    return this.#sites.length;
  }

  /** @param module valid, with as many expressions as at first */
  at(module: Module, i: number): Site {
    if (module !== this.#module) {
      this.#sites = differInBodiesOnly(module, this.#module) ? this.#sites.map((site) => currentSite(site, module)) : sitesOf(module);
      this.#module = module;
    }
    return this.#sites[i]!;
  }
}

function currentSite(site: Site, module: Module): Site {
  const { kind, position } = site.place;
  const func = module.functions[position];
  if (kind !== 'function' || func!.body === site.expr) return site;
  const validator = validatorOf(module);
  validator.beginFunction(validator.context.imported.func + position, func!);
  return { module, place: site.place, ...measure(validator, func!.body) };
}

function replaced<T>(list: readonly T[], position: number, change: (item: T) => T): readonly T[] {
  return list.map((item, i) => (i === position ? change(item) : item));
}

/** The module with another expression at a place. */
export function withExpr(module: Module, place: Place, expr: Expr): Module {
  switch (place.kind) {
    case 'function':
      return { ...module, functions: replaced(module.functions, place.position, (func) => ({ ...func, body: expr })) };
    case 'global':
      return { ...module, globals: replaced(module.globals, place.position, (global) => ({ ...global, init: expr })) };
    case 'table':
      return { ...module, tables: replaced(module.tables, place.position, (table) => ({ ...table, init: expr })) };
    case 'element':
      return {
        ...module,
        elements: replaced(module.elements, place.position, (segment) => ({
          ...segment,
          items: replaced(segment.items, place.item, () => expr),
        })),
      };
    case 'elementOffset':
      return { ...module, elements: replaced(module.elements, place.position, (segment) => withOffset(segment, expr)) };
    case 'dataOffset':
      return { ...module, datas: replaced(module.datas, place.position, (segment) => withOffset(segment, expr)) };
  }
}

function withOffset<Segment extends ElementSegment | DataSegment>(segment: Segment, offset: Expr): Segment {
  return segment.mode.kind === 'active' ? { ...segment, mode: { ...segment.mode, offset } } : segment;
}

/** The Program with another module in a place. */
export function withModule(program: Program, position: number, module: Module): Program {
  return { ...program, modules: replaced(program.modules, position, (entry) => ({ ...entry, module })) };
}

/** Proposes another version of one module, or how to make it. */
export type TryModule = (module: Module | (() => Module)) => boolean;

function inModule(gate: Gate, position: number): { readonly current: () => Module; readonly attempt: TryModule } {
  return {
    current: () => gate.best.modules[position]!.module,
    attempt: (module) => gate.try(() => withModule(gate.best, position, typeof module === 'function' ? module() : module)),
  };
}

/** Goes through the modules of the best Program. `propose` looks at `current()` afresh after each success. */
export function forEachModule(gate: Gate, propose: (current: () => Module, attempt: TryModule) => void): void {
  for (let position = 0; position < gate.best.modules.length; position++) {
    const { current, attempt } = inModule(gate, position);
    gate.passage(() => propose(current, attempt));
  }
}

/** Goes through the instructions of each expression from the last one on. @param rewritten the expression without something at an instruction, if it can be */
export function forEachInstruction(gate: Gate, rewritten: (site: Site, at: number) => Expr | undefined): void {
  forEachSite(gate, (current, attempt) => {
    for (let at = current().expr.length - 1; at >= 0; at--) {
      const expr = at < current().expr.length ? rewritten(current(), at) : undefined;
      if (expr !== undefined) attempt(expr);
    }
  });
}

/** In instructions. In a long passage there is always something to run ahead with; a short one is soon run again. */
const PASSAGE_LENGTH = 256;

/** Goes through the expressions of the best Program, as long as their number stays the same. */
export function forEachSite(gate: Gate, propose: (current: () => Site, attempt: (expr: Expr) => boolean) => void): void {
  for (let position = 0; position < gate.best.modules.length; position++) {
    const { current, attempt } = inModule(gate, position);
    const sites = new Sites(current());
    const proposeAt = (i: number): void => {
      const site = (): Site => sites.at(current(), i);
      propose(site, (expr) => attempt(() => withExpr(current(), site().place, expr)));
    };
    for (let end = sites.count; end > 0; ) {
      let start = end;
      for (let length = 0; start > 0 && length < PASSAGE_LENGTH; ) length += sites.at(current(), --start).expr.length;
      const [first, last] = [start, end - 1];
      gate.passage(() => {
        for (let i = last; i >= first; i--) proposeAt(i);
      });
      end = start;
    }
  }
}
