/** Whether candidates are valid, at little cost where most of a candidate is known to be. */
import { ValidationError } from '#wasm/errors.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { EMPTY_MODULE } from '#wasm/syntax/module.ts';
import { FunctionValidator } from '#wasm/valid/function-validator.ts';
import { ModuleContext } from '#wasm/valid/module-context.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import { validate } from '#wasm/valid/validate.ts';

function throwsNothingOf(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof ValidationError) return false;
    throw error;
  }
}

export function isValid(module: Module): boolean {
  return throwsNothingOf(() => void validate(module));
}

/** Whether both have the same definitions, as far as bodies can see them. */
export function differInBodiesOnly(left: Module, right: Module): boolean {
  const keys = Object.keys(EMPTY_MODULE) as (keyof Module)[];
  return (
    keys.every((key) => key === 'functions' || left[key] === right[key]) &&
    left.functions.length === right.functions.length &&
    left.functions.every(({ typeIndex }, i) => typeIndex === right.functions[i]!.typeIndex)
  );
}

/** For each valid module that candidates were compared with. */
const validators = new WeakMap<Module, FunctionValidator>();

/** To begin function bodies with; the same one each time. @param module valid */
export function validatorOf(module: Module): FunctionValidator {
  let validator = validators.get(module);
  if (validator === undefined) {
    validator = new FunctionValidator(new ModuleContext(module, new TypeRegistry()));
    validators.set(module, validator);
  }
  return validator;
}

function stepThroughChanged(module: Module, known: Module): void {
  const validator = validatorOf(known);
  module.functions.forEach((func, i) => {
    if (func === known.functions[i]) return;
    validator.beginFunction(validator.context.imported.func + i, func);
    for (const instruction of func.body) validator.step(instruction);
    validator.finish();
  });
}

/**
 * Checks no more than has changed when that is function bodies only.
 * @param known valid
 */
export function isValidBeside(module: Module, known: Module): boolean {
  if (module === known) return true;
  return differInBodiesOnly(module, known) ? throwsNothingOf(() => stepThroughChanged(module, known)) : isValid(module);
}
