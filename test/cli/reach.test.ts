import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const launcher = fileURLToPath(new URL('../../scripts/gctwin.js', import.meta.url));

function run(...args: readonly string[]): Promise<{ readonly status: number; readonly out: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'reach', ...args], (error, stdout) => resolve({ status: error === null ? 0 : Number(error.code), out: stdout }));
  });
}

describe('gctwin reach', () => {
  it('lists what cases reach, the same for the same seed, and says what they do not', async () => {
    const args = ['--profile', 'self-copy', '--runs', '30', '--seed', '7', '--json'];
    const [first, second] = await Promise.all([run(...args), run(...args, '--strict')]);
    expect(second.out).toBe(first.out);
    expect([first.status, second.status]).toEqual([0, 1]);
    expect(first.out).toMatch(/^ {2}array\.copy +\d+ +30$/m);
    expect(first.out).toMatch(/at zero: throw, /);
    const report = JSON.parse(first.out.trimEnd().split('\n').at(-1)!) as {
      readonly total: { readonly cases: number; readonly valid: number };
      readonly missing: readonly string[];
      readonly reach: { readonly traps: Readonly<Record<string, { readonly count: number; readonly cases: number }>> };
    };
    expect(report.total).toMatchObject({ cases: 30, valid: 30 });
    expect(report.missing).toContain('throw');
    expect(report.reach.traps['trap hostError']).toEqual({ count: 0, cases: 0 });
  }, 30_000);
});
