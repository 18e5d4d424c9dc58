import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encode } from '#wasm/binary/encode.ts';
import { parse } from '#wasm/text/parse.ts';
import { EntryError, readEntry } from './entry.ts';
import { DEFAULT_KNOBS } from './program.ts';

const ENTRY = { format: 1, title: 't', origin: 'o', story: 's', modules: ['m'], steps: [], expected: [] };
const TEXT = '(module (func (export "a")))';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-entry-'));
  writeFileSync(join(folder, 'm.wat'), TEXT);
  writeFileSync(join(folder, 'broken.wat'), '(module');
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(entry: unknown) {
  writeFileSync(join(folder, 'entry.json'), typeof entry === 'string' ? entry : JSON.stringify(entry));
  return readEntry(folder);
}

describe('readEntry', () => {
  it('fills in defaults and reads wide numbers', () => {
    const step = { kind: 'call', module: 0, export: 'a', args: [{ kind: 'i64', value: '-9223372036854775808' }, { kind: 'f64', bits: '1' }] };
    const returned = { kind: 'returned', values: [{ kind: 'v128', bits: '1' }, { kind: 'null' }] };
    const { program, expected } = read({ ...ENTRY, steps: [step], collector: { drops: 'immediate' }, expected: [returned] });
    expect(expected).toEqual([{ kind: 'returned', values: [{ kind: 'v128', bits: 1n }, { kind: 'null' }] }]);
    expect(program.collector).toEqual({ ...DEFAULT_KNOBS, drops: 'immediate' });
    expect(program.modules).toEqual([{ name: 'm', module: parse(TEXT) }]);
    expect(program.steps).toEqual([{ ...step, args: [{ kind: 'i64', value: -(2n ** 63n) }, { kind: 'f64', bits: 1n }] }]);
  });
  it('prefers the binary, whose bytes may matter', () => {
    writeFileSync(join(folder, 'm.wasm'), encode(parse('(module)')));
    expect(read(ENTRY).program.modules[0]!.module.functions).toEqual([]);
  });
  it.each<[unknown, RegExp]>([
    ['{', /entry\.json: the text is not JSON: /],
    [[], /entry\.json: the text is not an object/],
    [{ ...ENTRY, format: 2 }, /format is not 1$/],
    [{ ...ENTRY, falut: 'x' }, /falut is not one of format, /],
    [{ ...ENTRY, title: 5 }, /title is not a string/],
    [{ ...ENTRY, steps: undefined }, /steps is not a list/],
    [{ ...ENTRY, limits: 5 }, /limits is not an object/],
    [{ ...ENTRY, modules: ['../m'] }, /"\.\.\/m" is no name/],
    [{ ...ENTRY, modules: ['other'] }, /has no other\.wasm or other\.wat/],
    [{ ...ENTRY, modules: ['broken'] }, /modules\[0\] is not the name of a module that can be read: /],
    [{ ...ENTRY, steps: [{ kind: 'i64', value: 'x' }] }, /steps\[0\]\.kind is not one of/],
    [{ ...ENTRY, expected: [{ kind: 'returned', values: [{ kind: 'i64', value: 'x' }] }] }, /expected\[0\]\.values\[0\]\.value is not/],
  ])('refuses %j', (entry, sentence) => {
    expect(() => read(entry)).toThrow(EntryError);
    expect(() => read(entry)).toThrow(sentence);
  });
});
