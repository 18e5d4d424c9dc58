/** What is told of planted bugs with the modules that were made for them: exceptions, tables, schedules, and what V8 alone sees. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { partsWith } from '#fuzz/faults/parts-with.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import { readEntry } from '#fuzz/program/entry.ts';
import type { Program } from '#fuzz/program/program.ts';
import { NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { Explanation } from './explain.ts';
import { explain } from './explain.ts';
import { explanationText } from './explanation-text.ts';

function explained(slug: string, change: Partial<Program> = {}): { readonly explanation: Explanation; readonly lines: readonly string[] } {
  const { program } = readEntry(fileURLToPath(new URL(`../../corpus/regressions/${slug}`, import.meta.url)));
  const explanation = explain({ ...program, ...change }, partsWith(findFault(slug)!), []);
  return { explanation, lines: explanationText(explanation) };
}

describe('the story of', () => {
  it('an exception that does not count its payload leads through the exception', () => {
    const { explanation, lines } = explained('exception-payload-uncounted');
    expect(explanation).toMatchObject({ kind: 'heap', chronicle: { guilty: 'throw', defect: 'undercount' } });
    expect(lines).toContain('    the pending exception --> 0x30');
    expect(lines).toContain('  by its life, field 0 of 0x30 owns 0 counts, but holds it 1 time: a retain is missing');
    expect(lines).toContain('    0x30  exception of type 1, count 2, 2 owners, listed');
  });

  it('a table that grows names each new entry', () => {
    const { explanation, lines } = explained('table-grow-init-uncounted');
    expect(explanation).toMatchObject({ kind: 'heap', chronicle: { guilty: 'table.grow', defect: 'undercount' } });
    for (const entry of [0, 1, 2]) expect(lines).toContain(`  by its life, entry ${entry} of table 0 owns 0 counts, but holds it 1 time: a retain is missing`);
    expect(lines).toContain('  the count is 3 too low');
  });

  it('what shows under other schedules only says which one', () => {
    const { explanation, lines } = explained('array-copy-release-before-count', { schedule: NO_COLLECTIONS });
    expect(explanation).toMatchObject({ kind: 'heap', circumstances: 'zeal 1', program: { schedule: { ...NO_COLLECTIONS, zeal: 1 } } });
    expect(lines).toContain('Shown by a run with zeal 1.');
  });

  it('what both twins get wrong is told beside V8', () => {
    const { explanation, lines } = explained('overlapping-copy-wrong-direction');
    expect(explanation).toMatchObject({ kind: 'difference', failure: { oracle: 'v8' }, comparison: { left: 'null', right: 'v8' } });
    expect(lines.at(-1)).toMatch(/^ {2}step \d+, call "run".*: null returned i32:1, v8 returned i32:2 .*here they part$/);
  });
});
