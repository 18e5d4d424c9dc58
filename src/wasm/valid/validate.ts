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

/**
 * Checks a module and enters its types into the registry.
 * @returns what the module's indices stand for, with canonical types
 * @throws ValidationError; the registry may then hold types of the module, which is harmless
 */
export function validate(module: Module, registry: TypeRegistry = new TypeRegistry()): ModuleContext {
  const context = new ModuleContext(module, registry);
  const validator = new FunctionValidator(context);
  validateTables(validator);
  validateGlobals(validator);
  validateElements(validator);
  validateDatas(validator);
  validateExports(context);
  validateStart(context);
  validateFunctions(validator);
  return context;
}

/** @param type canonical */
function validateConstant(
  validator: FunctionValidator,
  expr: Expr,
  type: ValueType,
  place: Place,
  globalsInScope = validator.context.globals.length,
): void {
  validator.beginConstant(place, type, globalsInScope);
  for (let i = 0; i < expr.length; i++) validator.step(expr[i]!);
  validator.finish();
}

/** Tables come before globals, so their initial values may use imported globals only. */
function validateTables(validator: FunctionValidator): void {
  const { module, tables, imported } = validator.context;
  module.tables.forEach(({ init }, i) => {
    const index = imported.table + i;
    const place = { space: 'table', index };
    const { element } = tables[index]!;
    if (init !== undefined) {
      validateConstant(validator, init, element, place, imported.global);
    } else if (!isDefaultable(element)) {
      throw new ValidationError('type mismatch: a table of non-nullable references needs an initial value', place);
    }
  });
}
function validateGlobals(validator: FunctionValidator): void {
  const { module, globals, imported } = validator.context;
  module.globals.forEach(({ init }, i) => {
    const index = imported.global + i;
    validateConstant(validator, init, globals[index]!.type, { space: 'global', index }, index);
  });
}
function validateElements(validator: FunctionValidator): void {
  validator.context.module.elements.forEach((segment, index) => validateElement(validator, segment, index));
}
function validateElement(validator: FunctionValidator, { items, mode }: ElementSegment, index: number): void {
  const { context } = validator;
  const place = { space: 'element segment', index };
  const type = context.elementTypes[index]!;
  for (const item of items) validateConstant(validator, item, type, place);
  if (mode.kind !== 'active') return;
  const table = context.tables[mode.table];
  if (table === undefined) throw new ValidationError(`unknown table ${mode.table}`, place);
  if (!context.registry.matches(type, table.element)) {
    throw new ValidationError('type mismatch: references do not match the table', place);
  }
  validateConstant(validator, mode.offset, ValType.i32, place);
}
function validateDatas(validator: FunctionValidator): void {
  const { module, memories } = validator.context;
  module.datas.forEach(({ mode }, index) => {
    if (mode.kind !== 'active') return;
    const place = { space: 'data segment', index };
    if (mode.memory >= memories.length) throw new ValidationError(`unknown memory ${mode.memory}`, place);
    validateConstant(validator, mode.offset, ValType.i32, place);
  });
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
function validateFunctions(validator: FunctionValidator): void {
  const { module, imported } = validator.context;
  module.functions.forEach((func, i) => {
    validator.beginFunction(imported.func + i, func);
    const { body } = func;
    for (let at = 0; at < body.length; at++) validator.step(body[at]!);
    validator.finish();
  });
}
