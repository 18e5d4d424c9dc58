/** What a healthy runtime has on its stacks is among the stack roots before every instruction, and not only where collections look. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SUSPECT } from '#fuzz/engines/panel.ts';
import { prepare } from '#fuzz/engines/prepare.ts';
import { Run } from '#fuzz/engines/run.ts';
import { readEntry } from '#fuzz/program/entry.ts';
import type { Program } from '#fuzz/program/program.ts';
import { scanStack } from '#runtime/audit/audit-store.ts';
import { PARTS } from '#runtime/parts.ts';

/** Instructions of each entry that are looked at: some are long, and loops repeat themselves. */
const LOOKS = 1000;

const REGRESSIONS = fileURLToPath(new URL('../../corpus/regressions', import.meta.url));
const entries = readdirSync(REGRESSIONS).map((name) => ({ name, program: readEntry(`${REGRESSIONS}/${name}`).program }));

/** @returns how many instructions were looked at */
function scanInstructions(program: Program): number {
  const run = new Run(program, prepare(program), PARTS.drc, { ...SUSPECT, audit: 'off' });
  let looks = 0;
  run.store.follow({
    safePoint: () => {},
    instruction: () => {
      if (looks < LOOKS) scanStack(run.store, false);
      looks++;
    },
  });
  expect(run.run().outcomes.filter(({ kind }) => kind === 'faulted')).toEqual([]);
  return looks;
}

describe('the stacks of the corpus', () => {
  it('hold nothing else, with a collection at every other safe point', () => {
    let looks = 0;
    for (const { name, program } of entries) {
      const frequent = { ...program, schedule: { ...program.schedule, zeal: 2 }, limits: { ...program.limits, fuel: 20_000 } };
      looks += scanInstructions(frequent);
      expect(looks, name).toBeGreaterThan(0);
    }
    expect(looks).toBeGreaterThan(entries.length * 10);
  });
});
