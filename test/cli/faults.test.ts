/** `gctwin faults`: the list of planted bugs, and the demonstration of one. */
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '#fuzz/faults/registry.ts';
import { main } from '#scripts/cli/main.ts';
import { COMMANDS } from '#scripts/commands/registry.ts';

async function faults(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const status = await main(['faults', ...args], COMMANDS, {
    print: (line) => void out.push(line),
    complain: (line) => void err.push(line),
    log: pino({ enabled: false }),
    untilInterrupted: () => new AbortController().signal,
  });
  return { status, out, err: err.join('\n') };
}
function lastLine(out: readonly string[]): Record<string, unknown> {
  return JSON.parse(out.at(-1)!) as Record<string, unknown>;
}

describe('gctwin faults', () => {
  it('lists all of them, a line each', async () => {
    const { status, out } = await faults();
    expect(status).toBe(0);
    expect(out.map((line) => line.split(' ')[0])).toEqual(FAULTS.map(({ slug }) => slug));
    expect(out.find((line) => line.startsWith('null-i31-read-does-not-trap'))).toMatch(/ type .*\(twin-blind\)$/);
  });

  it('lists them as JSON', async () => {
    const list = lastLine((await faults('--json')).out)['faults'] as readonly Record<string, unknown>[];
    expect(list).toHaveLength(FAULTS.length);
    expect(list[0]).toMatchObject({ slug: FAULTS[0]!.slug, class: FAULTS[0]!.class, twinBlind: FAULTS[0]!.twinBlind, guilty: FAULTS[0]!.guilty });
  });

  it('tells of one and shows it', async () => {
    const { status, out } = await faults('array-copy-release-before-count', '--json');
    const text = out.join('\n');
    expect(status).toBe(0);
    expect(text).toContain('Lies in:     array.copy, table.copy\n');
    expect(text).toContain('\n  healthy: passes\n  planted: assertion catches ');
    const { asTold, catches, settings } = lastLine(out) as { asTold: boolean; catches: Record<string, number>; settings: number };
    expect(asTold).toBe(true);
    expect(Object.values(catches).reduce((sum, count) => sum + count)).toBe(settings);
  });

  it('finds nothing where nothing is to be found', async () => {
    const { status, out } = await faults('self-assignment-release-first');
    expect(status).toBe(0);
    expect(out.slice(-3)).toEqual(['  healthy: passes', '  planted: passes', '  planted, under 28 settings: caught 0 times']);
  });

  it.each([
    ['global-set-keeps-old-counts', /^gctwin faults: 'global-set-keeps-old-counts' is no planted bug; near it: global-set-keeps-old-count/],
    ['moon-phase', /^gctwin faults: 'moon-phase' is no planted bug; gctwin faults lists them/],
  ])('does not know %s', async (slug, sentence) => {
    expect(await faults(slug)).toMatchObject({ status: 2, out: [], err: expect.stringMatching(sentence) });
  });
});
