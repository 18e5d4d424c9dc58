import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from '#wasm/text/parse.ts';
import type { CorpusEntry } from './entry.ts';
import { EntryError, readEntry } from './entry.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from './program.ts';
import { writeEntry } from './write-entry.ts';

const EMPTY = parse('(module)');

function entryWith(names: readonly string[], changes: Partial<CorpusEntry> = {}): CorpusEntry {
  return {
    name: 'entry',
    title: 'A "title"',
    origin: 'o',
    story: 's',
    open: false,
    program: {
      modules: names.map((name, i) => ({ name, module: parse(`(module (func (export "f${i}") (param i64)))`) })),
      steps: [
        { kind: 'instantiate', module: 0 },
        { kind: 'call', module: 0, export: 'f0', args: [{ kind: 'i64', value: -(2n ** 63n) }], keep: 1 },
      ],
      schedule: { ...NO_COLLECTIONS, atSafePoints: [2, 3] },
      collector: { ...DEFAULT_KNOBS, drops: 'immediate' },
      limits: DEFAULT_PROGRAM_LIMITS,
    },
    expected: [{ kind: 'instantiated' }, { kind: 'returned', values: [{ kind: 'i64', value: 2n ** 62n }, { kind: 'v128', bits: 1n }] }],
    ...changes,
  };
}

let above: string;
let folder: string;
beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'gctwin-entry-'));
  folder = join(above, 'new', 'entry');
});
afterEach(() => rmSync(above, { recursive: true }));

describe('writeEntry', () => {
  it.each<[string, CorpusEntry]>([
    ['a plain one', entryWith(['m', 'lib'])],
    ['one with all members', entryWith(['m'], { fault: 'f', open: true })],
    ['module names that are no file names', entryWith(['../m', 'a b', ''])],
    ['equal module names', entryWith(['m', 'm'])],
    ['module names that some file systems take for equal', entryWith(['m', 'M'])],
  ])('writes what readEntry reads: %s', (_, entry) => {
    writeEntry(folder, entry);
    expect(readEntry(folder)).toEqual(entry);
  });

  it('says nothing that is as by default and writes no bytes where text will do', () => {
    writeEntry(folder, entryWith(['m']));
    const json = JSON.parse(readFileSync(join(folder, 'entry.json'), 'utf8')) as Record<string, unknown>;
    expect(json).toMatchObject({ schedule: { atSafePoints: [2, 3] }, collector: { drops: 'immediate' } });
    expect(Object.keys(json)).toEqual(['format', 'title', 'origin', 'story', 'modules', 'steps', 'schedule', 'collector', 'expected']);
    expect(readdirSync(folder).sort()).toEqual(['entry.json', 'm.wat']);
  });

  it('leaves out custom sections, which no text has', () => {
    const customs = [{ name: 'note', bytes: new Uint8Array([1]), after: 0 }];
    const program = { ...entryWith([]).program, modules: [{ name: 'm', module: { ...EMPTY, customs } }] };
    writeEntry(folder, { ...entryWith([]), program });
    expect(readdirSync(folder).sort()).toEqual(['entry.json', 'm.wat']);
    expect(readEntry(folder).program.modules[0]!.module.customs).toEqual([]);
  });

  it('never takes the place of anything', () => {
    mkdirSync(folder, { recursive: true });
    expect(() => writeEntry(folder, entryWith(['m']))).toThrow(EntryError);
    expect(readdirSync(folder)).toEqual([]);
    expect(readdirSync(join(above, 'new'))).toEqual(['entry']);
  });
});
