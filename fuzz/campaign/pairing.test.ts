import { describe, expect, it } from 'vitest';
import type { ForeignSpec } from '#fuzz/engines/foreign/foreign-engine.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import { generatorNamed } from '#fuzz/generators/registry.ts';
import type { Failure } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { parse } from '#wasm/text/parse.ts';
import type { Pair } from './pairing.ts';
import { Pairing } from './pairing.ts';
import type { Suppression } from './suppressions.ts';
import { SuppressionError, parseSuppressions, suppressed } from './suppressions.ts';

const v8: ForeignSpec = { name: 'v8', family: 'v8', path: process.execPath, version: '26.1', flags: ['--expose-gc'] };

function endless(): Program {
  const module = parse('(module (func (export "run") (loop $again (br $again))))');
  return {
    modules: [{ name: 'm', module }],
    steps: [{ kind: 'instantiate', module: 0 }, { kind: 'call', module: 0, export: 'run', args: [] }],
    schedule: NO_COLLECTIONS,
    collector: DEFAULT_KNOBS,
    limits: DEFAULT_PROGRAM_LIMITS,
  };
}

async function withPairing<T>(pair: Partial<Pair>, use: (pairing: Pairing) => T, fault?: string): Promise<T> {
  const pairing = new Pairing({ subjects: ['drc'], references: [v8], suppressions: [], ...pair }, { fault: fault === undefined ? undefined : findFault(fault) });
  try {
    return use(pairing);
  } finally {
    await pairing.end();
  }
}

/** A generated case that shows the planted bug. */
function failing(pairing: Pairing): ReturnType<Pairing['examine']>['verdict'] {
  const { generate } = generatorNamed('self-copy')!;
  for (let seed = 0; seed < 20; seed++) {
    const { verdict } = pairing.examine(generate(seed));
    if (verdict.kind !== 'agree') return verdict;
  }
  return { kind: 'agree' };
}
const FAULT = 'array-copy-release-before-count';

describe('Pairing', () => {
  it('finds that engines agree, of several cases at a time', async () => {
    const { generate } = generatorNamed('self-copy')!;
    const programs = [1, 2, 3].map((seed) => generate(seed));
    const kinds = await withPairing({}, (pairing) => pairing.examineAll(programs.map((program) => ({ program }))).map(({ verdict }) => verdict.kind));
    expect(kinds).toEqual(['agree', 'agree', 'agree']);
  });

  it('shows nothing that does not end to engines without limits', async () => {
    const { verdict } = await withPairing({}, (pairing) => pairing.examine(endless()));
    expect(verdict).toEqual({ kind: 'inconclusive', reason: 'null: fuel' });
  });

  it('names the engine with a planted bug', async () => {
    const verdict = await withPairing({}, failing, FAULT);
    expect(verdict).toMatchObject({ kind: 'disagree', failure: { holders: expect.arrayContaining(['drc']) } });
  });

  it('lets engines differ in the sizes of arrays that they refuse', async () => {
    const module = parse('(module (type $a (array (mut i64))) (elem (ref null $a) (array.new_default $a (i32.const 536870911))) (func (export "f")))');
    const { verdict } = await withPairing({}, (pairing) => pairing.examine({ ...endless(), modules: [{ name: 'm', module }], steps: [{ kind: 'instantiate', module: 0 }] }));
    expect(verdict).toEqual({ kind: 'inconclusive', reason: 'drc: size of an array' });
  });
});

describe('suppressed', () => {
  const failure: Failure = { oracle: 'validity', invariant: 'v8 refuses', operation: 'instantiate', holders: ['v8'], message: 'step 0: null accepts the module' };
  const known = { signature: 'v8 refuses', engine: 'v8', versions: ['26.'], reference: 'bug 1' };
  const module = parse('(module (elem declare func 0) (func (drop (i31.get_u (ref.i31 (i32.const 0))))))');
  const verdictWith = (suppression: Suppression) => suppressed({ kind: 'disagree', failure }, { modules: [{ name: 'm', module }] }, { subjects: ['drc'], references: [v8], suppressions: [suppression] }).kind;

  it('counts what is known, for the engine and the versions that have it', () => {
    expect(verdictWith(known)).toBe('inconclusive');
    expect(verdictWith({ ...known, signature: 'v8 accepts' })).toBe('disagree');
    expect(verdictWith({ ...known, engine: 'jsc' })).toBe('disagree');
    expect(verdictWith({ ...known, versions: ['27.'] })).toBe('disagree');
  });
  it('takes nothing for it that has not what it needs', () => {
    expect(verdictWith({ ...known, with: 'ref.i31' })).toBe('inconclusive');
    expect(verdictWith({ ...known, with: 'i31.get_s' })).toBe('disagree');
  });
});

describe('parseSuppressions', () => {
  const file = (one: object): string => JSON.stringify({ format: 1, suppressions: [one] });
  const known = { signature: 'a', engine: 'jsc', reference: 'c' };

  it('reads what is known', () => {
    const one = { signature: 'validity / jsc refuses', engine: 'jsc', versions: ['1.'], reference: 'https://bugs.webkit.org/1' };
    expect(parseSuppressions(file(one))).toEqual([one]);
  });
  it('takes the names of families and of engines', () => {
    for (const engine of ['wasmtime', 'wasmtime:drc']) expect(parseSuppressions(file({ ...known, engine }))).toHaveLength(1);
  });
  it.each([
    [{ signature: '' }, 'suppressions[0].signature is not a string with something in it'],
    [{ reference: undefined }, 'suppressions[0].reference is not a string'],
    [{ versions: [] }, 'suppressions[0].versions is not a list with something in it; leave it out for all versions'],
    [{ versions: [''] }, 'suppressions[0].versions[0] is not a string with something in it'],
    [{ engine: 'jscc' }, 'suppressions[0].engine is not the name of an engine or of a family, such as wasmtime:drc or wasmtime; near it: jsc'],
    [{ engine: 'drc' }, 'suppressions[0].engine is not the name of an engine'],
    [{ with: 'array.fly' }, 'suppressions[0].with is not the name of an instruction or one of elem declare, br_if of references, array.copy beside a negative constant; near it: array.fill'],
    [{ with: 7 }, 'suppressions[0].with is not a string'],
  ])('refuses %j, and names the place', (change, told) => {
    const read = (): unknown => parseSuppressions(file({ ...known, ...change }));
    expect(read).toThrow(SuppressionError);
    expect(read).toThrow(told);
  });
  it('refuses other members, and first another format', () => {
    const other = { format: 1, suppressions: [], engines: [] };
    expect(() => parseSuppressions(JSON.stringify(other))).toThrow('engines is not one of format, suppressions');
    expect(() => parseSuppressions(JSON.stringify({ ...other, format: 2 }))).toThrow('format is not 1');
  });
});
