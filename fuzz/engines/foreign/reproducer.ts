/** A closed Program as one file that the developers of an engine can run without gctwin. */
import { nameOf } from './comparison.ts';
import type { Comparison } from './comparison.ts';
import { print } from '#wasm/text/print.ts';
import type { ClosedProgram } from '../closed/close.ts';
import type { ObservedOutcome } from '../observation.ts';
import type { ForeignCase } from './foreign-engine.ts';
import { foreignCase } from './foreign-engine.ts';
import type { ScriptOptions } from './wast.ts';
import { scriptOf } from './wast.ts';
import { BUILTINS_FLAG, COLLECT, COLLECT_BY_READING } from './wasmtime/abilities.ts';

export const REPRODUCER_FORMATS = ['wast', 'js'] as const;
export type ReproducerFormat = (typeof REPRODUCER_FORMATS)[number];

/** What each family reads. */
const READS: Readonly<Record<string, ReproducerFormat>> = {
  v8: 'js',
  jsc: 'js',
  spidermonkey: 'js',
  wasmtime: 'wast',
  binaryen: 'wast',
  'binaryen-opt': 'wast',
  wabt: 'wast',
  'wabt-interp': 'wast',
};

/** The formats that the engines of a comparison read. */
export function formatsFor({ subjects, references }: Comparison): readonly ReproducerFormat[] {
  const families = [...subjects, ...references].map((engine) => nameOf(engine).split(':')[0]!);
  return REPRODUCER_FORMATS.filter((format) => families.some((family) => READS[family] === format));
}

function comment(mark: string, lines: readonly string[]): string {
  return lines.map((line) => `${mark} ${line}`.trimEnd().replaceAll(/[\r\n]+/g, ' ')).join('\n');
}

function asksForCollections({ program }: ClosedProgram): boolean {
  return program.modules.some(({ module }) => module.imports.some((entry) => entry.module === 'env'));
}

/** Modules as text, so that people can read them. */
function toWast(closed: ClosedProgram, predicted: readonly ObservedOutcome[], story: readonly string[]): string {
  const one: ForeignCase = foreignCase(closed, predicted);
  const prelude = asksForCollections(closed) ? [...COLLECT] : [];
  const options: ScriptOptions = {
    prelude,
    trapTexts: true,
    moduleText: (position, id) => {
      return print(closed.program.modules[position]!.module).trimEnd().replace(/^\(module/, `(module ${id}`);
    },
  };
  const head = [...story, '', 'What is asserted is what the engines should do.'];
  if (prelude.length > 0)
    head.push(`Wasmtime needs ${BUILTINS_FLAG} to offer the function that collects. Before 45 it has none, but reading references collects: put this in place of the next module.`, ...COLLECT_BY_READING);
  return `${comment(';;', head)}\n${scriptOf([one], options).text}`;
}

function describe(outcome: ObservedOutcome): string {
  if (outcome.kind !== 'returned') return outcome.kind === 'trapped' ? `trapped ${outcome.trap}` : outcome.kind;
  return ['returned', ...outcome.values.map((value) => ('value' in value ? String(value.value) : value.kind))].join(' ');
}

/** For any JavaScript engine: prints what each step does next to what it should do. */
function toJavaScript(closed: ClosedProgram, predicted: readonly ObservedOutcome[], story: readonly string[]): string {
  const { modules, steps } = foreignCase(closed, predicted);
  const lines = [
    comment('//', [...story, '', 'Run it with node --expose-gc, deno run --v8-flags=--expose-gc, bun, d8 --expose-gc or jsc. Each line tells what a step has done, and what it should do.']),
    "const collect = typeof Bun !== 'undefined' ? () => Bun.gc(true) : typeof fullGC === 'function' ? fullGC : typeof gc === 'function' ? gc : () => {};",
    "const say = typeof console === 'undefined' ? print : (text) => console.log(text);",
    'const instances = { env: { gc: () => collect() } };',
    'function step(expected, act) {',
    '  let seen;',
    '  try {',
    "    seen = act();",
    '  } catch (error) {',
    '    seen = String(error);',
    '  }',
    "  say(`${seen}   (should be: ${expected})`);",
    '}',
    "const returned = (value) => ['returned', ...(value === undefined ? [] : [value].flat())].join(' ');",
    'function instantiate(name, bytes) {',
    '  instances[name] = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)), instances).exports;',
    "  return 'instantiated';",
    '}',
  ];
  for (const [i, outcome] of predicted.entries()) {
    const one = steps[i]!;
    const { name, bytes } = modules[one.module]!;
    const key = JSON.stringify(name);
    if (one.kind === 'instantiate') lines.push(comment('//', print(closed.program.modules[one.module]!.module).split('\n').map((line) => line.trimEnd())).replaceAll('// ', '//   '));
    const act = one.kind === 'drop' ? `delete instances[${key}] && 'returned'` : one.kind === 'instantiate' ? `instantiate(${key}, [${Array.from(bytes).join()}])` : `returned(instances[${key}][${JSON.stringify(one.export)}]())`;
    lines.push(`step(${JSON.stringify(describe(outcome))}, () => ${act});`);
  }
  return `${lines.join('\n')}\n`;
}

/**
 * @param predicted what the closed Program should do, step by step
 * @param story for the comment on top
 */
export function reproducer(format: ReproducerFormat, closed: ClosedProgram, predicted: readonly ObservedOutcome[], story: readonly string[]): string {
  return format === 'wast' ? toWast(closed, predicted, story) : toJavaScript(closed, predicted, story);
}
