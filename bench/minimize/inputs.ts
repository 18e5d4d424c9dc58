/**
 * Modules to be made smaller: cases that show a planted bug when their exports are called, alone or among cases that do not show
 * it. All follow from seeds.
 */
import { generatorNamed } from '#fuzz/generators/registry.ts';
import { HOST_MODULE } from '#fuzz/program/host-types.ts';
import { encode } from '#wasm/binary/encode.ts';
import { concatenated } from '#wasm/syntax/concatenate.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { Evidence } from './evidence.ts';
import { evidenceOf } from './evidence.ts';

export interface Input {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Slug of the planted bug. */
  readonly fault: string;
  readonly signature: string;
}

/** A bug, and the generator whose cases show it often enough. */
const PLANTED = [
  { fault: 'array-copy-release-before-count', generator: 'self-copy', signature: 'undercount / array.copy / none' },
  { fault: 'const-expr-nested-no-clone', generator: 'const-exprs', signature: 'undercount / constant expression / none' },
] as const;

/** So large is each input at least, in bytes; a case alone where that is 0. */
const SIZES = [0, 2000, 4000, 8000, 15_000, 100_000, 110_000, 120_000];
/** So large is a case alone. */
const MIN_BYTES = 1000;

/** Binaryen reads them wrongly or not at all, and so do reducers that are made of it (`docs/reports/binaryen-declarative-segment-shifts.md`). */
function hasDeclarativeSegments({ elements }: Module): boolean {
  return elements.some(({ mode }) => mode.kind === 'declarative');
}

/** Modules of a generator's seeds, one after the other, that need nobody but the host. */
function* modulesOf(generator: string): Generator<Module, never> {
  for (let seed = 1; ; seed++) {
    const { modules } = generatorNamed(generator)!.generate(seed);
    const { module } = modules[0]!;
    if (modules.length === 1 && module.imports.every((one) => one.module === HOST_MODULE) && !hasDeclarativeSegments(module)) yield { ...module, start: undefined };
  }
}

function* guilty(generator: string, evidence: Evidence, signature: string): Generator<Module, never> {
  for (const module of modulesOf(generator)) {
    if (encode(module).length >= MIN_BYTES && evidence(module) === signature) yield module;
  }
  throw new Error('seeds do not end');
}
function* innocent(evidence: Evidence): Generator<Module, never> {
  for (const module of modulesOf('mixed')) if (evidence(module) === undefined) yield module;
  throw new Error('seeds do not end');
}

/** Cases, at least so many bytes of them when one more comes along. */
function company(others: Generator<Module, never>, minBytes: number): readonly Module[] {
  const modules: Module[] = [];
  for (let bytes = MIN_BYTES; bytes < minBytes; bytes += encode(modules.at(-1)!).length) modules.push(others.next().value);
  return modules;
}
/**
 * Each fails with its signature.
 * @param names of those that are wanted, or what they begin with; none means all
 */
export function inputs(names: readonly string[] = []): readonly Input[] {
  const all = PLANTED.flatMap(({ fault, generator, signature }) => {
    const evidence = evidenceOf(fault);
    const [cases, others] = [guilty(generator, evidence, signature), innocent(evidence)];
    return SIZES.map((minBytes, i): Input => {
      // Not every case fails in any company: the bug may want room in the heap. What runs afterwards may hide it, so it comes last.
      for (;;) {
        const around = company(others, minBytes);
        const module = cases.next().value;
        const whole = around.length === 0 ? module : concatenated([...around, module]);
        if (evidence(whole) === signature) return { name: `${generator} ${i + 1}`, bytes: encode(whole), fault, signature };
      }
    });
  });
  return names.length === 0 ? all : all.filter(({ name }) => names.some((start) => name.startsWith(start)));
}

/** One case among more and more others. @param counts of cases, in ascending order */
export function growing(counts: readonly number[]): readonly Input[] {
  const [{ fault, generator, signature }] = PLANTED;
  const evidence = evidenceOf(fault);
  const [cases, others] = [guilty(generator, evidence, signature), innocent(evidence)];
  for (;;) {
    const around = Array.from({ length: counts.at(-1)! - 1 }, () => others.next().value);
    const module = cases.next().value;
    const wholes = counts.map((count) => count === 1 ? module : concatenated([...around.slice(0, count - 1), module]));
    if (wholes.some((whole) => evidence(whole) !== signature)) continue;
    return wholes.map((whole, i): Input => ({ name: `${counts[i]} cases`, bytes: encode(whole), fault, signature }));
  }
}
