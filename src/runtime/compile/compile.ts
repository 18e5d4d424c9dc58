/**
 * Validation and compilation of a module in one pass over its expressions.
 */
import type { Module } from '#wasm/syntax/module.ts';
import type { TypeRegistry } from '#wasm/valid/type-registry.ts';
import { validate, validateFunctions } from '#wasm/valid/validate.ts';
import type { LayoutsClass } from '../heap/layout.ts';
import { layoutsOf } from '../heap/layout.ts';
import type { CompiledFunction, CompiledModule } from './compiled.ts';
import { FunctionCompiler } from './function-compiler.ts';

/**
 * @param registry of the stores that will run the module; its types are entered there
 * @param Layouts how those stores lay out objects
 * @throws ValidationError
 */
export function compileModule(module: Module, registry: TypeRegistry, Layouts?: LayoutsClass): CompiledModule {
  const compiler = new FunctionCompiler(layoutsOf(registry, Layouts));
  const functions: (CompiledFunction | undefined)[] = [];
  const globals: (CompiledFunction | undefined)[] = [];
  const tables: (CompiledFunction | undefined)[] = [];
  const elements: CompiledFunction[][] = module.elements.map(() => []);
  const elementOffsets: (CompiledFunction | undefined)[] = [];
  const dataOffsets: (CompiledFunction | undefined)[] = [];

  const context = validate(module, registry, (validator, expr, role) => {
    const compiled = compiler.compile(validator, expr, role);
    switch (role.kind) {
      case 'function':
        functions[role.index] = compiled;
        break;
      case 'global':
        globals[role.index] = compiled;
        break;
      case 'table':
        tables[role.index] = compiled;
        break;
      case 'element':
        elements[role.segment]!.push(compiled);
        break;
      case 'elementOffset':
        elementOffsets[role.segment] = compiled;
        break;
      case 'dataOffset':
        dataOffsets[role.segment] = compiled;
    }
  });
  return {
    module,
    context,
    code: compiler.emitter.finish(),
    maps: compiler.maps.build(),
    functions,
    globals,
    tables,
    elements,
    elementOffsets,
    dataOffsets,
  };
}

/**
 * Compiles what is new about a module: code, stack maps and constant expressions are those of the other one, and the functions that
 * differ come behind them.
 * @param base laid out by the default layouts
 * @param module differs from that of `base` in function bodies only
 * @throws ValidationError
 */
export function recompileModule(base: CompiledModule, module: Module): CompiledModule {
  const { context } = base;
  const compiler = new FunctionCompiler(layoutsOf(context.registry), base);
  const functions = base.functions.slice();
  const changed = [...module.functions.keys()].filter((position) => module.functions[position] !== base.module.functions[position]);
  validateFunctions(context, module, changed, (validator, body, role) => {
    functions[role.index] = compiler.compile(validator, body, role);
  });
  return { ...base, module, code: compiler.emitter.finish(), maps: compiler.maps.build(), functions };
}
