/**
 * What V8 is known to get wrong, where it cannot be avoided by asking it otherwise: it has no say about a case that it touches.
 *
 * There is one so far. An entry of a table that comes from an active segment, or from the table's initial value, and holds an imported function has the
 * type of the import; a call through the table at the function's own type, a subtype of that, traps (docs/reports/v8-imported-function-in-table.md).
 */
import { prepare } from '#fuzz/engines/prepare.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { CompiledModule } from '#runtime/compile/compiled.ts';

/** @returns what is wrong about V8's view of a Program that it sees otherwise than we do; undefined when nothing that is known */
export function v8DefectIn(program: Program): string | undefined {
  const compiled = prepare(program).modules;
  const affected = compiled.some((importer) => importer !== undefined && functionsInTables(importer.module).some((func) => isImportedAtSupertype(importer, func, program, compiled)));
  return affected ? 'v8: type of an imported function in a table' : undefined;
}

/** Functions that tables hold from the start on: by index, some of them more than once. */
function functionsInTables({ tables, elements }: Module): readonly number[] {
  const initial: readonly Expr[] = [
    ...tables.flatMap(({ init }) => (init === undefined ? [] : [init])),
    ...elements.flatMap(({ mode, items }) => (mode.kind === 'active' ? items : [])),
  ];
  return initial.flat().flatMap((instruction) => (instruction.op === Op['ref.func'] ? [instruction.func] : []));
}

function isImportedAtSupertype({ module, context }: CompiledModule, func: number, { modules }: Program, compiled: readonly (CompiledModule | undefined)[]): boolean {
  const imports = module.imports.filter(({ type }) => type.kind === 'func');
  const from = imports[func];
  if (from === undefined) return false;
  return modules.some(({ name }, i) => {
    const exporter = compiled[i];
    if (name !== from.module || exporter === undefined) return false;
    const offered = exporter.module.exports.find((candidate) => candidate.kind === 'func' && candidate.name === from.name);
    return offered !== undefined && exporter.context.functionTypeIds[offered.index] !== context.functionTypeIds[func];
  });
}
