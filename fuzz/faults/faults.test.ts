/** Each planted bug on the module that was made for it: healthy nothing is wrong, planted it is caught as the bug says of itself. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ALL_ORACLES } from '#fuzz/campaign/twins.ts';
import { panelOf } from '#fuzz/engines/panel.ts';
import { examine } from '#fuzz/oracles/examine.ts';
import { loadReaders } from '#fuzz/oracles/readers.ts';
import { oraclesWith } from '#fuzz/oracles/registry.ts';
import type { OracleName, Verdict } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { CorpusEntry } from '#fuzz/program/entry.ts';
import { readEntry } from '#fuzz/program/entry.ts';
import type { Fault } from './fault.ts';
import { partsWith } from './parts-with.ts';
import { FAULTS } from './registry.ts';

const oracles = oraclesWith(await loadReaders());
/** They name the operation at the first wrong moment; others only see what comes of it. */
const LOOK_INSIDE: ReadonlySet<OracleName> = new Set(['assertion', 'heapIntegrity', 'poison', 'audit', 'stackScan', 'crash']);
const CASES = FAULTS.map((fault) => ({ slug: fault.slug, fault }));

function entryFor(slug: string): CorpusEntry {
  return readEntry(fileURLToPath(new URL(`../../corpus/regressions/${slug}`, import.meta.url)));
}
function verdictOf(program: Program, fault?: Fault): Verdict {
  return examine({ panel: panelOf(partsWith(fault)), oracles, admitted: ALL_ORACLES }, program).verdict;
}

describe('the registry', () => {
  it('is in alphabetical order, without duplicates', () => {
    const slugs = FAULTS.map(({ slug }) => slug);
    expect(slugs).toEqual([...new Set(slugs)].sort());
  });
  it('has a source for all but the classics', () => {
    for (const { slug, references } of FAULTS) {
      if (references.length === 0) expect(existsSync(new URL(`classics/${slug}.ts`, import.meta.url)), slug).toBe(true);
      for (const reference of references) expect(URL.canParse(reference), reference).toBe(true);
    }
  });
  it('has its folders in the documentation', () => {
    const documentation = readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8');
    const told = [...documentation.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
    const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(told.sort()).toEqual(folders.map(({ name }) => name).sort());
  });
  it('counts a bug as twin-blind only if somebody else than the other twin can see it', () => {
    const blind = FAULTS.filter(({ twinBlind }) => twinBlind === true);
    for (const { slug, caughtBy } of blind) expect(caughtBy[0], slug).not.toBe('differential');
  });
});

describe.each(CASES)('$slug', ({ slug, fault }) => {
  const entry = entryFor(slug);
  const { program } = entry;

  it('has a module that names it', () => {
    expect(entry.fault).toBe(fault.caughtBy.length === 0 ? undefined : slug);
  });

  it('is not there unless it is planted', () => {
    expect(verdictOf(program)).not.toMatchObject({ kind: 'disagree' });
  });

  it('is caught where it says', () => {
    const verdict = verdictOf(program, fault);
    if (fault.caughtBy.length === 0) {
      expect(verdict).toEqual({ kind: 'agree' });
      return;
    }
    expect(verdict).toMatchObject({ kind: 'disagree' });
    if (verdict.kind !== 'disagree') return;
    expect(fault.caughtBy).toContain(verdict.failure.oracle);
    const { oracle, defect, operation } = verdict.failure;
    // Signatures name the instruction at which a collection happens, and what stacks hold is looked at by collections alone.
    const isLocated = LOOK_INSIDE.has(oracle) && defect !== 'unrooted' && !fault.guilty.includes('collection');
    if (fault.guilty.length > 0 && isLocated) expect(fault.guilty).toContain(operation);
  });
});
