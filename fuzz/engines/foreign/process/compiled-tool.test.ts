import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { FOREIGN_LIMITS } from '../foreign-engine.ts';
import { CompiledTool } from './compiled-tool.ts';

/** As Emscripten makes them, but for the WebAssembly: it prints the file, and aborts when it is told to. */
const TOOL = `
  const fs = require('fs');
  function abort(what) {
    Module.onAbort?.(what);
    throw new Error('Aborted(' + what + ')');
  }
  (async () => {
    await undefined;
    const text = fs.readFileSync(Module.arguments[0], 'utf8');
    Module.print(text);
    if (text === 'abort') abort('assertion failed');
    Module.onExit(0);
  })();
`;

const folder = mkdtempSync(join(tmpdir(), 'gctwin-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

let tool: CompiledTool | undefined;
afterEach(() => tool?.end());
function open(): CompiledTool {
  const path = join(folder, 'tool.js');
  writeFileSync(path, TOOL);
  return (tool = new CompiledTool({ name: 'binaryen', family: 'binaryen', path, version: '1', flags: [] }, { fileName: 'script.wast', limits: FOREIGN_LIMITS }));
}

describe('tools that were compiled to JavaScript', () => {
  it('may abort, which says nothing about the files that come next', async () => {
    const opened = open();
    const aborted = { code: -1, said: 'abort\n', failure: expect.stringContaining('assertion failed') };
    expect(await opened.run(['one', 'abort', 'two', 'abort'])).toEqual([{ code: 0, said: 'one\n' }, aborted, { code: 0, said: 'two\n' }, aborted]);
    expect(await opened.run(['three'])).toEqual([{ code: 0, said: 'three\n' }]);
  });
});
