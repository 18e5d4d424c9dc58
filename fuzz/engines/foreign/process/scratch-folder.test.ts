import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ScratchFolder, removeScratchOf } from './scratch-folder.ts';

/** Of no process: Linux gives no numbers beyond 2^22. */
const NOBODY = 1 << 23;

it('goes when its process has gone, and nobody else goes with it', () => {
  const folder = new ScratchFolder();
  const strange = mkdtempSync(join(tmpdir(), `gctwin-engine-${NOBODY}-`));
  const own = folder.file('script.wast');
  onTestFinished(() => {
    folder.remove();
    rmSync(strange, { recursive: true, force: true });
  });
  writeFileSync(own, '');
  writeFileSync(join(strange, 'script.wast'), '');
  removeScratchOf(NOBODY);
  expect(existsSync(strange)).toBe(false);
  expect(existsSync(own)).toBe(true);
  folder.remove();
  expect(existsSync(dirname(own))).toBe(false);
});

it('is not missed where there is no place for it any more', () => {
  for (const variable of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(variable, '/nowhere');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(() => removeScratchOf(NOBODY)).not.toThrow();
});
