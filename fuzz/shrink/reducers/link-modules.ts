/** Makes one module of two of which one imports from the other: what is imported is there then. */
import type { Program, Step } from '#fuzz/program/program.ts';
import { linked } from '#wasm/syntax/link.ts';
import type { Reducer } from '../gate.ts';
import { without } from '../types.ts';

/** Which module of a Program imports from which. */
interface Link {
  readonly importer: number;
  readonly exporter: number;
}

function linksOf({ modules }: Program): readonly Link[] {
  return modules.flatMap(({ module }, importer) =>
    modules.flatMap(({ name }, exporter) => (exporter !== importer && module.imports.some((entry) => entry.module === name) ? [{ importer, exporter }] : [])),
  );
}

/** Names of exports of two modules side by side, as `linked` has them. */
const inSecond = (name: string): string => `${name}@1`;

/** The Program with one module where there were two, and the steps of both; its exports are numbered where their names are the same. */
function joined(program: Program, { importer, exporter }: Link): Program {
  const [first, second] = [program.modules[exporter]!, program.modules[importer]!];
  const taken = new Set(first.module.exports.map(({ name }) => name));
  const renamed = (name: string): string => (taken.has(name) ? inSecond(name) : name);
  const module = linked([first, second]);
  const isOfSecond = new Set(second.module.exports.map(({ name }) => inSecond(name)));
  const exports = module.exports.map((entry) => {
    const name = entry.name.slice(0, -2);
    return { ...entry, name: isOfSecond.has(entry.name) ? renamed(name) : name };
  });
  const modules = program.modules.map((entry, position) => {
    if (position === exporter) return { ...entry, module: { ...module, exports } };
    const imports = entry.module.imports.map((one) => (one.module === second.name ? { ...one, module: first.name, name: renamed(one.name) } : one));
    return { ...entry, module: { ...entry.module, imports } };
  });
  return { ...program, modules: without(modules, importer), steps: program.steps.flatMap((step) => linkedStep(step, { importer, exporter }, renamed)) };
}

function linkedStep(step: Step, { importer, exporter }: Link, renamed: (name: string) => string): readonly Step[] {
  if (!('module' in step)) return [step];
  const after = (module: number): number => (module > importer ? module - 1 : module);
  if (step.module !== importer) return [{ ...step, module: after(step.module) }];
  if (step.kind === 'instantiate' || step.kind === 'drop') return [];
  return [{ ...step, module: after(exporter), export: renamed(step.export) }];
}

export const linkModules: Reducer = {
  name: 'link-modules',
  reduce: (gate) =>
    gate.passage(() => {
      const linkOne = (): boolean =>
        linksOf(gate.best).some((link) => {
          const [exporter, importer] = [gate.best.modules[link.exporter]!.module, gate.best.modules[link.importer]!.module];
          // Only one of two start functions could stay.
          return exporter.start === undefined && importer.start === undefined && gate.try(() => joined(gate.best, link));
        });
      while (linkOne());
    }),
};
