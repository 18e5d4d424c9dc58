/**
 * Hostile modules: whatever the bytes are, decoding, validating and running them ends with a typed error or an
 * outcome, and V8 thinks the same of them but for differences that are known. `npm run hostile` runs many more.
 * A case is a seed and a number: `npm run hostile -- --seed SEED --from CASE --cases 1` repeats it.
 */
import { describe, expect, it } from 'vitest';
import { Random } from '#fuzz/generators/random.ts';
import { HostileCases } from '#fuzz/hostile/cases.ts';
import { judge } from '#fuzz/hostile/judge.ts';
import { SEED_MODULES } from '#fuzz/hostile/seeds.ts';
import { Tally } from '#fuzz/hostile/tally.ts';
import { decode } from '#wasm/binary/decode.ts';
import { instructionTable, Op } from '#wasm/syntax/instructions.ts';

const SEED = Number(process.env['GCTWIN_HOSTILE_SEED'] ?? 20_260);
const CASES = Number(process.env['GCTWIN_HOSTILE_CASES'] ?? 3000);

describe('hostile modules', () => {
  it('end with a typed error or an outcome', { timeout: 60_000 + 20 * CASES }, () => {
    const cases = new HostileCases(SEED);
    const tally = new Tally();
    for (let index = 0; index < CASES; index++) tally.run(cases, index);
    const failures = tally.failures.map(({ index, problems }) => `seed ${SEED}, case ${index}: ${problems.join('; ')}`);
    expect(failures).toEqual([]);
    // They reach every stage, or the absence of failures says little.
    for (const stage of ['malformed', 'unsupported', 'invalid', 'link error', 'not instantiated', 'instantiated']) {
      expect(tally.stages.get(stage) ?? 0, stage).toBeGreaterThan(0);
    }
    expect(tally.stages.get('instantiated')!).toBeGreaterThan(CASES / 10);
    for (const end of ['returned', 'threw', 'exhausted fuel', 'exhausted callStack', 'trapped unreachable']) {
      expect(tally.ends.get(end) ?? 0, end).toBeGreaterThan(0);
    }
  });

  it('are the same for the same seed and number', () => {
    const [first, second] = [new HostileCases(SEED), new HostileCases(SEED)];
    const bytes = (cases: HostileCases, index: number): Uint8Array => cases.bytesOf(cases.randomOf(index));
    for (let index = 0; index < 50; index++) expect(bytes(first, index)).toEqual(bytes(second, index));
  });

  it('start from modules that run', () => {
    for (const module of SEED_MODULES) {
      const { stage, ends, problems } = judge(module, new Random(SEED));
      expect(problems).toEqual([]);
      expect(stage).toBe('instantiated');
      expect(ends).toContain('returned');
    }
    const used = new Set(SEED_MODULES.map(decode).flatMap(({ functions }) => functions.flatMap(({ body }) => body.map(({ op }) => op))));
    const unused = Object.keys(instructionTable).filter((name) => !used.has(Op[name as keyof typeof Op]));
    expect(unused.filter((name) => /^(struct|array|throw|try|call|return_call|memory|data|elem)/.test(name)).length).toBeLessThan(6);
  });
});
