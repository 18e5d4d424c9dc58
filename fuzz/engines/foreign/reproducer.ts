/** A closed Program as one file that the developers of an engine can run without gctwin. */
import { print } from '#wasm/text/print.ts';
import type { ClosedProgram } from '../closed/close.ts';
import type { ObservedOutcome } from '../observation.ts';
import type { About } from './about.ts';
import { howToRun } from './command-line.ts';
import { comment } from './comment.ts';
import type { Comparison } from './comparison.ts';
import { familiesOf, foreignOf } from './comparison.ts';
import { foreignCase } from './foreign-engine.ts';
import { scriptReproducer } from './script-reproducer.ts';

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
export function formatsFor(comparison: Comparison): readonly ReproducerFormat[] {
  const families = familiesOf(comparison);
  return REPRODUCER_FORMATS.filter((format) => families.some((family) => READS[family] === format));
}

function describe(outcome: ObservedOutcome): string {
  if (outcome.kind !== 'returned') return outcome.kind === 'trapped' ? `trapped ${outcome.trap}` : outcome.kind;
  return ['returned', ...outcome.values.map((value) => ('value' in value ? String(value.value) : value.kind))].join(' ');
}

const ANY_ENGINE = 'Run it with node --expose-gc, deno run --v8-flags=--expose-gc, bun, d8 --expose-gc or jsc.';

/** For any JavaScript engine: prints what each step does next to what it should do. */
function toJavaScript(closed: ClosedProgram, predicted: readonly ObservedOutcome[], { file, story, engines }: About): string {
  const one = foreignCase(closed, predicted);
  const { modules, steps } = one;
  const commands = howToRun('js', engines === undefined ? [] : foreignOf(engines), { name: file, one });
  const lines = [
    comment('//', [...story, '', ...(commands.length === 0 ? [ANY_ENGINE] : commands), 'Each line tells what a step has done, and what it should do.']),
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

/** @param predicted what the closed Program should do, step by step */
export function reproducer(format: ReproducerFormat, closed: ClosedProgram, predicted: readonly ObservedOutcome[], about: About): string {
  return format === 'wast' ? scriptReproducer(closed, predicted, about) : toJavaScript(closed, predicted, about);
}
