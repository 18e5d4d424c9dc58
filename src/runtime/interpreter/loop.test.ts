/**
 * Case labels are literals, because only literals become a jump table. What they stand for is written behind them;
 * these tests hold the two together, in the loop and wherever else instructions are told apart by literals.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { instructionName, instructionTable } from '#wasm/syntax/instructions.ts';
import { code } from '../compile/code.ts';

interface Label {
  readonly line: number;
  readonly value: number;
  readonly name: string;
}

/** The `case 0x..: // name` lines of a file, and those without a name. */
function labelsOf(path: string): { readonly labels: readonly Label[]; readonly unnamed: readonly string[] } {
  const lines = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8').split('\n');
  const labels: Label[] = [];
  const unnamed: string[] = [];
  lines.forEach((text, i) => {
    if (!/^\s*case 0x/.test(text)) return;
    const match = /^\s*case (0x[0-9a-f]+):(?: \{)? \/\/ (.+)$/.exec(text);
    if (match === null) unnamed.push(`${path}:${i + 1}: ${text.trim()}`);
    else labels.push({ line: i + 1, value: Number(match[1]), name: match[2]!.trim() });
  });
  return { labels, unnamed };
}

const internal = new Map<number, string>(Object.entries(code).map(([name, value]) => [value, name]));
/** Codes of our own take precedence: some lie where WebAssembly has instructions that are never emitted. */
const nameOfCode = (value: number): string | undefined => internal.get(value) ?? instructionName(value);

describe('literals', () => {
  it('of the loop are the codes that they say', () => {
    const { labels, unnamed } = labelsOf('runtime/interpreter/loop.ts');
    expect(unnamed).toEqual([]);
    expect(labels.filter(({ value, name }) => nameOfCode(value) !== name)).toEqual([]);
    expect(labels.length).toBeGreaterThan(250);
  });

  it('of the loop cover every code exactly once', () => {
    const values = labelsOf('runtime/interpreter/loop.ts').labels.map(({ value }) => value);
    expect(values.filter((value, i) => values.indexOf(value) !== i)).toEqual([]);
    expect(Object.entries(code).filter(([, value]) => !values.includes(value))).toEqual([]);
  });

  it.each([
    'runtime/compile/aggregate-code.ts',
    'runtime/compile/block-code.ts',
    'runtime/compile/control-code.ts',
    'runtime/compile/reference-code.ts',
    'runtime/compile/storage-code.ts',
    'wasm/valid/aggregate-rules.ts',
    'wasm/valid/control-rules.ts',
    'wasm/valid/reference-rules.ts',
    'wasm/valid/storage-rules.ts',
  ])('of %s are the opcodes that they say', (path) => {
    const { labels, unnamed } = labelsOf(path);
    expect(unnamed).toEqual([]);
    expect(labels.filter(({ value, name }) => instructionName(value) !== name)).toEqual([]);
    expect(labels.length).toBeGreaterThan(5);
  });
});

describe('codes', () => {
  it('do not collide with each other, nor with opcodes that are emitted as they are', () => {
    const values = Object.values(code);
    expect(new Set(values).size).toBe(values.length);
    const kept = Object.entries(instructionTable)
      .map(([name, [opcode]]) => ({ name, opcode }))
      .filter(({ opcode }) => (opcode >= 0x28 && opcode <= 0x3e) || (opcode >= 0x45 && opcode <= 0xc4));
    expect(kept.filter(({ opcode }) => internal.has(opcode))).toEqual([]);
  });

  it('below 0xc5 are the opcodes of WebAssembly', () => {
    const kept = Object.entries(code).filter(([, value]) => value < 0xc5);
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.filter(([name, value]) => instructionName(value) !== name)).toEqual([]);
  });
});
