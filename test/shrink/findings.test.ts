/** Findings of planted bugs end small, nothing more can be taken from them, and what is left tells where the bug lies. */
import { describe, expect, it } from 'vitest';
import { explain } from '#fuzz/explain/explain.ts';
import { ABOUT_COUNTS } from '#fuzz/faults/fault.ts';
import { partsWith } from '#fuzz/faults/parts-with.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import { instructionsOf } from '#fuzz/program/size.ts';
import { shrink } from '#fuzz/shrink/shrink.ts';
import { reducersThatApply } from '#test/support/one-minimal.ts';
import { findingAt, twinsOf } from '#test/support/sample-findings.ts';
import { readRecord } from '#test/support/shrunk-findings.ts';

/** Of the bugs that the project began with all that are recorded are shrunk, of the others one each. */
const WHOLE = ['array-copy-release-before-count', 'const-expr-nested-no-clone'];

/** In instructions: what is small, and where the bug itself takes more. */
const SMALL = 12;
const LEAST = new Map([
  // Three elements to make and an array of them, a copy within it, and a look at what has become of the last one.
  ['overlapping-copy-wrong-direction', 13],
]);

/** Whose host, in what is left, releases nothing but at the end: there the story ends, too. */
const RELEASED_AT_THE_END = 'host-handle-release-noop';

const record = readRecord();
const CASES = Object.entries(record).flatMap(([slug, findings]) =>
  findings.slice(0, WHOLE.includes(slug) ? findings.length : 1).map((finding) => ({ slug, ...finding })),
);

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[(numbers.length - 1) >> 1]!;
}

describe('what is recorded of findings that were shrunk', () => {
  it.each(Object.keys(record).filter((slug) => record[slug]!.length > 0))('of %s is small', (slug) => {
    expect(median(record[slug]!.map(({ instructions }) => instructions))).toBeLessThanOrEqual(LEAST.get(slug) ?? SMALL);
  });
  it('is never larger than the module in which the bug of array.copy was reported', () => {
    const sizes = record['array-copy-release-before-count']!.map(({ instructions }) => instructions);
    expect(sizes).toHaveLength(10);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
  });
});

describe('a finding that is shrunk', () => {
  it.each(CASES)(
    'of $slug, $profile $seed, has at most $instructions instructions, and no step of any reducer applies to it',
    ({ slug, profile, seed, signature, instructions }) => {
      const fault = findFault(slug)!;
      const finding = findingAt({ profile, seed }, twinsOf(fault));
      // Seeds mean something else once a generator has changed: record others with `node test/support/shrunk-findings.ts --record`.
      expect(finding && signatureOf(finding.failure)).toBe(signature);
      const { program, complete } = shrink(finding!.program, finding!.isInteresting);
      expect(complete).toBe(true);
      expect(finding!.isInteresting(program)).toBe(true);
      expect(instructionsOf(program)).toBeLessThanOrEqual(instructions);
      expect(reducersThatApply(program, finding!.isInteresting)).toEqual([]);
      const explanation = explain(program, partsWith(fault), []);
      if (explanation.kind !== 'heap' || !ABOUT_COUNTS.has(fault.class)) return;
      expect(slug === RELEASED_AT_THE_END ? ['exit'] : fault.guilty).toContain(explanation.chronicle.guilty);
    },
    300_000,
  );
});
