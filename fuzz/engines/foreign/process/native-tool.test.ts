import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { untilDead } from '#test/support/processes.ts';
import { discover } from '../discover.ts';
import type { ForeignSpec } from '../foreign-engine.ts';
import { FOREIGN_LIMITS } from '../foreign-engine.ts';
import { NativeOptimiser } from '../binaryen/native-optimiser.ts';
import { openTool } from './open-tool.ts';
import type { Tool } from './tool.ts';

const folder = mkdtempSync(join(tmpdir(), 'gctwin-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string, body: string): ForeignSpec {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return { name: 'binaryen', family: 'binaryen', path, version: '1', flags: ['--option'] };
}

let open: { end(): Promise<void> } | undefined;
afterEach(() => open?.end());
function tool(spec: ForeignSpec, caseMs = FOREIGN_LIMITS.caseMs): Tool {
  const opened = openTool(spec, { fileName: 'script.wast', limits: { ...FOREIGN_LIMITS, caseMs } });
  open = opened;
  return opened;
}

describe.skipIf(process.platform === 'win32')('tools that are programs', () => {
  it('are given each file and their options, and heard in the order in which they speak', async () => {
    const echo = program('echo', 'cat "$1"; echo "; errors" >&2; echo "; $2"; exit 3');
    expect(await tool(echo).run(['one', Uint8Array.of(0x32)])).toEqual([
      { code: 3, said: 'one; errors\n; --option' },
      { code: 3, said: '2; errors\n; --option' },
    ]);
  });

  it('may die of a file', async () => {
    expect(await tool(program('dies', 'echo "Assertion failed: x"; kill -SEGV $$')).run(['one'])).toEqual([{ code: -1, said: 'Assertion failed: x', failure: 'ends with SIGSEGV' }]);
  });

  it('are not believed when they die but once', async () => {
    const [ran] = await tool(program('once', `test -e ${folder}/again && exit 0; touch ${folder}/again; kill -SEGV $$`)).run(['one']);
    expect(ran).toMatchObject({ outcomes: [{ kind: 'unsupported', reason: expect.stringContaining('once, and not again alone (SIGSEGV)') }] });
  });

  it('are ended when they do not end', async () => {
    const [ran] = await tool(program('hangs', 'while :; do :; done'), 300).run(['one']);
    expect(ran).toMatchObject({ outcomes: [{ kind: 'faulted', fault: { invariant: 'hung' } }] });
  });

  it('are ended with what they have started, which would keep their output open', async () => {
    const pidFile = join(folder, 'pid');
    const [ran] = await tool(program('wraps', `sleep 600 & echo $! > ${pidFile}; wait`), 300).run(['one']);
    expect(ran).toMatchObject({ outcomes: [{ kind: 'faulted', fault: { invariant: 'hung' } }] });
    await untilDead(Number(readFileSync(pidFile, 'utf8')));
  });

  it('are not tried on every file when they never end', async () => {
    const seen = await tool(program('hangs', 'sleep 600'), 200).run(Array.from({ length: 40 }, (_, i) => `${i}`));
    const hung = seen.flatMap((ran, i) => ('outcomes' in ran && ran.outcomes[0]!.kind === 'faulted' ? [i] : []));
    expect(hung).toEqual([0, 1, 2, 34]);
    expect(seen[3]).toMatchObject({ outcomes: [{ kind: 'unsupported', reason: expect.stringContaining('only one in 32 is tried') }] });
  });

  it('may say more than anyone wants to hear', async () => {
    const [ran] = await tool(program('noisy', 'yes a-line-of-noise | head -c 20000000; echo end')).run(['one']);
    expect(ran).toMatchObject({ code: 0, said: expect.stringMatching(/end$/) });
    expect((ran as { said: string }).said.length).toBeLessThanOrEqual(1 << 22);
  });

  it('are told only the options that their help names', async () => {
    const { path } = program('wasm-interp', 'case $1 in --version) echo 1.0.42;; --help) echo "  --run-all-exports  runs all";; esac');
    expect((await discover('wabt-interp', new Map([['wabt-interp', path]]))).flags).toEqual(['--run-all-exports']);
  });
});

describe.skipIf(process.platform === 'win32')('wasm-opt as a program', () => {
  /** Copies its input, but for the pass `--bad`. */
  const FAKE = 'for a in "$@"; do case $a in --bad) echo "Fatal: no 12" >&2; exit 1;; --hang) while :; do :; done;; esac; done; while [ "$2" != -o ]; do shift; done; cp "$1" "$3"';
  const optimiser = (body = FAKE): NativeOptimiser => {
    const opened = new NativeOptimiser(program('wasm-opt', body), { ...FOREIGN_LIMITS, caseMs: 1000 });
    open = opened;
    return opened;
  };

  it('gives back what it has written, and leaves alone what it is not given', async () => {
    expect(await optimiser().optimise([{ passes: ['--vacuum'], modules: ['AGFzbQ==', null] }])).toEqual([{ modules: ['AGFzbQ==', null] }]);
  });
  it('names the pass in which it gives up', async () => {
    expect(await optimiser().optimise([{ passes: ['--vacuum', '--bad', '--dce'], modules: ['AGFzbQ=='] }])).toEqual([{ failed: 'Fatal: no N', pass: '--bad' }]);
  });
  it('says so when it cannot read a module', async () => {
    expect(await optimiser('echo "[parse exception: no]" >&2; exit 1').optimise([{ passes: ['--vacuum'], modules: ['AGFzbQ=='] }])).toEqual([{ unread: '[parse exception: no]\nexit status 1' }]);
  });
  it('is ended when it does not end', async () => {
    expect(await optimiser().optimise([{ passes: ['--hang'], modules: ['AGFzbQ=='] }])).toMatchObject([{ outcomes: [{ kind: 'faulted', fault: { invariant: 'hung' } }] }]);
  });
});
