/**
 * Validation of whole modules (spec: Validation / Modules).
 */
import type { Place } from '../errors.ts';
import { ValidationError } from '../errors.ts';
import type { Expr } from '../syntax/instructions.ts';
import type { ElementSegment, ExternKind, Module } from '../syntax/module.ts';
import type { ValType as ValueType } from '../syntax/types.ts';
import { ValType, isDefaultable } from '../syntax/types.ts';
import { FunctionValidator } from './function-validator.ts';
import { ModuleContext } from './module-context.ts';
import { TypeRegistry } from './type-registry.ts';

/** What an expression is for; indices count imports. */
export type ExpressionRole =
  | { readonly kind: 'function'; readonly index: number }
  | { readonly kind: 'table'; readonly index: number }
  | { readonly kind: 'global'; readonly index: number }
  | { readonly kind: 'element'; readonly segment: number }
  | { readonly kind: 'elementOffset'; readonly segment: number }
  | { readonly kind: 'dataOffset'; readonly segment: number };

/** Takes the validator through all instructions of an expression that it has begun, and watches. */
export type ExpressionWalker = (validator: FunctionValidator, expr: Expr, role: ExpressionRole) => void;

/** The same for functions. */
export type FunctionWalker = (validator: FunctionValidator, body: Expr, role: Extract<ExpressionRole, { kind: 'function' }>) => void;

const stepThrough: ExpressionWalker = (validator, expr) => {
  for (let i = 0; i < expr.length; i++) validator.step(expr[i]!);
};

/**
 * Checks a module and enters its types into the registry.
 * @param walk called once for each expression, in the order table, global, element, data, function
 * @returns what the module's indices stand for, with canonical types
 * @throws ValidationError; the registry may then hold types of the module, which is harmless
 */
export function validate(
  module: Module,
  registry: TypeRegistry = new TypeRegistry(),
  walk: ExpressionWalker = stepThrough,
): ModuleContext {
  const context = new ModuleContext(module, registry);
  const validation = new Validation(context, walk);
  validation.tables();
  validation.globals();
  validation.elements();
  validation.datas();
  validateExports(context);
  validateStart(context);
  validateFunctions(context, module, module.functions.keys(), walk);
  return context;
}

/**
 * Checks some functions of a module whose other parts have been checked.
 * @param context of the module, or of one that differs from it in function bodies only
 * @param positions of the functions among those that the module defines
 * @throws ValidationError
 */
export function validateFunctions(context: ModuleContext, module: Module, positions: Iterable<number>, walk: FunctionWalker): void {
  const validator = new FunctionValidator(context);
  for (const position of positions) {
    const func = module.functions[position]!;
    const index = context.imported.func + position;
    validator.beginFunction(index, func);
    walk(validator, func.body, { kind: 'function', index });
    validator.finish();
  }
}

class Validation {
  readonly #context: ModuleContext;
  readonly #validator: FunctionValidator;
  readonly #walk: ExpressionWalker;

  constructor(context: ModuleContext, walk: ExpressionWalker) {
    this.#context = context;
    this.#validator = new FunctionValidator(context);
    this.#walk = walk;
  }

  /** @param type canonical */
  #constant(
    expr: Expr,
    type: ValueType,
    place: Place,
    role: ExpressionRole,
    globalsInScope = this.#context.globals.length,
  ): void {
    this.#validator.beginConstant(place, type, globalsInScope);
    this.#walk(this.#validator, expr, role);
    this.#validator.finish();
  }

  /** Tables come before globals, so their initial values may use imported globals only. */
  tables(): void {
    const { module, tables, imported } = this.#context;
    module.tables.forEach(({ init }, i) => {
      const index = imported.table + i;
      const place = { space: 'table', index };
      const { element } = tables[index]!;
      if (init !== undefined) {
        this.#constant(init, element, place, { kind: 'table', index }, imported.global);
      } else if (!isDefaultable(element)) {
        throw new ValidationError('type mismatch: a table of non-nullable references needs an initial value', place);
      }
    });
  }
  globals(): void {
    const { module, globals, imported } = this.#context;
    module.globals.forEach(({ init }, i) => {
      const index = imported.global + i;
      this.#constant(init, globals[index]!.type, { space: 'global', index }, { kind: 'global', index }, index);
    });
  }
  elements(): void {
    this.#context.module.elements.forEach((segment, index) => this.#element(segment, index));
  }
  #element({ items, mode }: ElementSegment, segment: number): void {
    const { elementTypes, tables, registry } = this.#context;
    const place = { space: 'element segment', index: segment };
    const type = elementTypes[segment]!;
    for (const item of items) this.#constant(item, type, place, { kind: 'element', segment });
    if (mode.kind !== 'active') return;
    const table = tables[mode.table];
    if (table === undefined) throw new ValidationError(`unknown table ${mode.table}`, place);
    if (!registry.matches(type, table.element)) {
      throw new ValidationError('type mismatch: references do not match the table', place);
    }
    this.#constant(mode.offset, ValType.i32, place, { kind: 'elementOffset', segment });
  }
  datas(): void {
    const { module, memories } = this.#context;
    module.datas.forEach(({ mode }, segment) => {
      if (mode.kind !== 'active') return;
      const place = { space: 'data segment', index: segment };
      if (mode.memory >= memories.length) throw new ValidationError(`unknown memory ${mode.memory}`, place);
      this.#constant(mode.offset, ValType.i32, place, { kind: 'dataOffset', segment });
    });
  }
}

function validateExports(context: ModuleContext): void {
  const counts: Record<ExternKind, number> = {
    func: context.functionTypeIds.length,
    table: context.tables.length,
    memory: context.memories.length,
    global: context.globals.length,
    tag: context.tagTypeIds.length,
  };
  const names = new Set<string>();
  context.module.exports.forEach(({ name, kind, index }, position) => {
    const place = { space: 'export', index: position };
    if (index >= counts[kind]) throw new ValidationError(`unknown ${nameOf(kind)} ${index}`, place);
    if (names.has(name)) throw new ValidationError(`duplicate export name ${JSON.stringify(name)}`, place);
    names.add(name);
  });
}
function nameOf(kind: ExternKind): string {
  return kind === 'func' ? 'function' : kind;
}
function validateStart(context: ModuleContext): void {
  const { start } = context.module;
  if (start === undefined) return;
  const place = { space: 'start' };
  if (start >= context.functionTypeIds.length) throw new ValidationError(`unknown function ${start}`, place);
  const { params, results } = context.functionType(start);
  if (params.length > 0 || results.length > 0) {
    throw new ValidationError('a start function has no parameters and no results', place);
  }
}
