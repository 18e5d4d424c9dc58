/**
 * Proves that the lint rules which hold the layers apart do fire, by linting a project of one or two files
 * under this project's own configuration.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');

interface Report {
  readonly diagnostics: readonly { readonly code: string; readonly message: string; readonly filename: string }[];
}

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'gctwin-layers-'));
  for (const file of ['.oxlintrc.json', 'package.json']) cpSync(join(root, file), join(project, file));
});
afterEach(() => rmSync(project, { recursive: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), content);
}

/** Codes of the rules that the project breaks. */
async function lint(): Promise<readonly string[]> {
  const run = promisify(execFile)(process.execPath, [oxlint, '--format', 'json'], { cwd: project });
  const { stdout } = await run.catch((failed: { stdout: string }) => failed);
  return (JSON.parse(stdout) as Report).diagnostics.map((diagnostic) => diagnostic.code);
}

function importing(specifier: string): string {
  return `import { thing } from '${specifier}';\nexport const twice = [thing, thing];\n`;
}

const RESTRICTED = 'eslint(no-restricted-imports)';

describe('layers', () => {
  it.each([
    ['src/util/a.ts', '#wasm/errors.ts'],
    ['src/wasm/binary/a.ts', '#runtime/value.ts'],
    ['src/wasm/binary/a.ts', '../../runtime/value.ts'],
    ['src/runtime/a.ts', '#fuzz/program/program.ts'],
    ['src/runtime/interpreter/a.ts', '#runtime/collectors/drc.ts'],
    ['src/runtime/interpreter/a.ts', '../collectors/drc.ts'],
    ['src/spec/a.ts', '#scripts/cli/main.ts'],
    ['fuzz/program/a.ts', '#runtime/store.ts'],
    ['fuzz/generators/a.ts', '#runtime/heap/layout.ts'],
    ['fuzz/generators/a.ts', '#fuzz/oracles/differential.ts'],
    ['fuzz/generators/a.ts', '../oracles/differential.ts'],
    ['fuzz/engines/a.ts', '#fuzz/oracles/differential.ts'],
    ['fuzz/oracles/a.ts', '#runtime/collectors/drc.ts'],
    ['fuzz/oracles/a.ts', '#fuzz/generators/registry.ts'],
    ['fuzz/faults/a.ts', '#fuzz/generators/registry.ts'],
    ['fuzz/faults/a.ts', '#fuzz/oracles/registry.ts'],
    ['fuzz/shrink/reducers/a.ts', '#fuzz/engines/registry.ts'],
    ['fuzz/mutators/a.ts', '#fuzz/feedback/corpus.ts'],
    ['fuzz/mutators/a.ts', '#runtime/heap/layout.ts'],
    ['fuzz/feedback/a.ts', '#fuzz/oracles/registry.ts'],
    ['fuzz/explain/a.ts', '#fuzz/faults/registry.ts'],
    ['fuzz/campaign/a.ts', '#scripts/cli/main.ts'],
    ['scripts/commands/a.ts', '#test/helper.ts'],
  ])('%s must not import %s', async (file, specifier) => {
    write(file, importing(specifier));
    expect(await lint()).toContain(RESTRICTED);
  });

  it.each([
    ['src/wasm/binary/a.ts', '#util/leb128.ts'],
    ['src/runtime/a.ts', './collectors/drc.ts'],
    ['src/runtime/interpreter/a.ts', '#runtime/heap/gc-heap.ts'],
    ['fuzz/generators/a.ts', '#runtime/options.ts'],
    ['fuzz/oracles/a.ts', '#fuzz/engines/observation.ts'],
    ['fuzz/campaign/a.ts', '#fuzz/oracles/registry.ts'],
    ['fuzz/faults/a.ts', '#fuzz/oracles/verdict.ts'],
    ['fuzz/explain/a.ts', '#fuzz/oracles/examine.ts'],
    ['scripts/commands/a.ts', '#runtime/store.ts'],
    ['src/util/a.test.ts', '#runtime/store.ts'],
  ])('%s may import %s', async (file, specifier) => {
    write(file, importing(specifier));
    expect(await lint()).toEqual([]);
  });

  it('finds cycles through names of the import map', async () => {
    write('src/wasm/a.ts', `import { b } from '#wasm/b.ts';\nexport const a = (): unknown => b;\n`);
    write('src/wasm/b.ts', `import { a } from '#wasm/a.ts';\nexport const b = (): unknown => a;\n`);
    expect(await lint()).toContain('import(no-cycle)');
  });
});
