import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Program } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { encode } from '#wasm/binary/encode.ts';
import { parse } from '#wasm/text/parse.ts';
import type { Finding } from './finding.ts';
import { folderName } from './finding.ts';
import { findFindings, readFinding } from './read.ts';
import { FindingError } from './record.ts';
import { writeFinding } from './write.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-findings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function programOf(body: string): Program {
  return {
    modules: [
      { name: 'm', module: parse(`(module (func (export "run") (param i64 f64) ${body}))`) },
      { name: 'n', module: parse('(module)') },
    ],
    steps: [
      { kind: 'instantiate', module: 0 },
      { kind: 'call', module: 0, export: 'run', args: [{ kind: 'i64', value: -(2n ** 63n) }, { kind: 'f64', bits: 2n ** 64n - 1n }] },
      { kind: 'call', module: 0, export: 'run', args: [{ kind: 'kept', slot: 1 }, { kind: 'null' }], keep: 2 },
      { kind: 'setGlobal', module: 1, export: 'g', value: { kind: 'i31', value: -1 } },
      { kind: 'setTable', module: 1, export: 't', index: 3, value: { kind: 'host', number: 4 } },
      { kind: 'growTable', module: 1, export: 't', by: 5, value: { kind: 'f32', bits: 6 } },
      { kind: 'release', slot: 2 },
      { kind: 'collect' },
    ],
    schedule: { ...NO_COLLECTIONS, atSafePoints: [3, 4] },
    collector: { ...DEFAULT_KNOBS, drops: 'immediate' },
    limits: DEFAULT_PROGRAM_LIMITS,
  };
}

function findingOf(body: string, fault?: string): Finding {
  return {
    program: programOf(body),
    original: programOf('nop nop nop nop'),
    failure: { oracle: 'audit', invariant: 'C1', operation: 'array.copy', holders: ['element'], message: 'line one\nline two' },
    fault,
    origin: { campaignSeed: -1, caseNumber: 12, generator: 'g', generatorVersion: 3, generatorSeed: 99 },
    versions: { gctwin: '0', node: 'v26' },
    shrinking: { tries: 4, complete: true },
  };
}

describe('a finding on disk', () => {
  it('is read back as it was written', () => {
    const { kind, path } = writeFinding(join(folder, 'new', 'crashes'), findingOf('nop', 'some-fault'));
    expect(kind).toBe('written');
    expect(readFinding(path)).toEqual(findingOf('nop', 'some-fault'));
    expect(readdirSync(path).sort()).toEqual(
      ['finding.json', 'module-1.wasm', 'module-1.wat', 'module.wasm', 'module.wat', 'original-1.wasm', 'original.wasm'],
    );
  });

  it('brings along what the developers of its engines can run', () => {
    const engine = (name: string) => ({ name, family: name.split(':')[0]!, path: `/usr/bin/${name}`, version: '1.0', flags: ['--flag'] });
    const { path } = writeFinding(join(folder, 'others'), { ...findingOf('nop'), engines: { subjects: [engine('wasmtime:drc')], references: [engine('v8'), 'null'] } });
    expect(readdirSync(path)).toEqual(expect.arrayContaining(['reproducer.wast', 'reproducer.js']));
    expect(readFileSync(join(path, 'reproducer.wast'), 'utf8')).toMatch(/^;; .*[^]*wasmtime:drc 1\.0[^]*\n;; {3}.*wasmtime:drc'? wast --flag reproducer\.wast\n[^]*\(module/);
    expect(readFileSync(join(path, 'reproducer.js'), 'utf8')).toMatch(/^\/\/ {3}.*v8'? --flag reproducer\.js$[^]*new WebAssembly\.Module/m);
  });

  it('keeps of those who compared engines only which engines these were', () => {
    const engines = { subjects: ['drc'], references: ['null'], suppressions: [] } as const;
    const { path } = writeFinding(join(folder, 'compared'), { ...findingOf('nop'), engines });
    expect(readFinding(path).engines).toEqual({ subjects: ['drc'], references: ['null'] });
  });

  it('has a text that tells the story and parses to the module', () => {
    const { path } = writeFinding(folder, findingOf('nop'));
    const text = readFileSync(join(path, 'module.wat'), 'utf8');
    expect(text).toContain(';; audit / C1 / array.copy / element\n;; line one line two\n');
    expect(text).toContain(`;; Replay: npx gctwin replay ${path}\n(module`);
    expect(encode(parse(text))).toEqual(new Uint8Array(readFileSync(join(path, 'module.wasm'))));
    expect(JSON.parse(readFileSync(join(path, 'finding.json'), 'utf8'))).toMatchObject({
      signature: 'audit / C1 / array.copy / element',
      fault: null,
      replay: `npx gctwin replay ${path}`,
    });
  });

  it('gives way to a smaller one of the same signature only', () => {
    const path = join(folder, folderName(findingOf('')));
    expect(writeFinding(folder, findingOf('nop nop')).kind).toBe('written');
    expect(writeFinding(folder, findingOf('nop nop'))).toEqual({ kind: 'kept', path });
    expect(writeFinding(folder, findingOf('nop nop nop'))).toEqual({ kind: 'kept', path });
    expect(writeFinding(folder, findingOf('nop'))).toEqual({ kind: 'replaced', path });
    expect(readFinding(path)).toEqual(findingOf('nop'));
    expect(readdirSync(folder)).toEqual([folderName(findingOf(''))]);
  });

  it('does not mix up planted faults and the healthy runtime', () => {
    writeFinding(folder, findingOf('nop'));
    writeFinding(folder, findingOf('nop', 'some-fault'));
    expect(findFindings(folder)).toHaveLength(2);
  });

  it('never takes the place of what is no finding', () => {
    const path = join(folder, folderName(findingOf('')));
    mkdirSync(path);
    writeFileSync(join(path, 'finding.json'), '{}');
    expect(() => writeFinding(folder, findingOf('nop'))).toThrow(FindingError);
    expect(readdirSync(folder)).toEqual([folderName(findingOf(''))]);
  });

  it.skipIf(process.getuid?.() === 0)('leaves nothing behind when it cannot be written', () => {
    chmodSync(folder, 0o555);
    expect(() => writeFinding(folder, findingOf('nop'))).toThrow(/EACCES/);
    chmodSync(folder, 0o755);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['no JSON', '{', /JSON/],
    ['another format', '{"format": 9}', /format is not 1$/],
  ])('is refused with a sentence when its record is %s', (_, record, message) => {
    writeFileSync(join(folder, 'finding.json'), record);
    expect(() => readFinding(folder)).toThrow(FindingError);
    expect(() => readFinding(folder)).toThrow(message);
  });

  it('is refused when a field is wrong, which is named', () => {
    const { path } = writeFinding(folder, findingOf('nop'));
    const file = join(path, 'finding.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"immediate"', '"sometimes"'));
    expect(() => readFinding(path)).toThrow(/program\.collector\.drops is not one of immediate, deferred/);
  });
});
