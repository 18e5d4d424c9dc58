import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellCommand, shellWord } from './shell.ts';

describe('a command line', () => {
  it('leaves plain words as they are', () => {
    expect(shellCommand(['/usr/bin/wasmtime', 'wast', '-W', 'gc=y,memory64=n', 'a-b.wast'], { JSC_useOMGJIT: '0' })).toBe('JSC_useOMGJIT=0 /usr/bin/wasmtime wast -W gc=y,memory64=n a-b.wast');
  });

  it.skipIf(process.platform === 'win32')('is read by a shell as the words that it consists of', () => {
    const words = ['a b', "it's", '', '$HOME', '`x`', '*', 'a\\b', '"', '~', '#', 'é', '!', '(x)'];
    const command = shellCommand([process.execPath, '-e', 'console.log(JSON.stringify([process.env.SAID, ...process.argv.slice(1)]))', '--', ...words], { SAID: 'a & b' });
    expect(JSON.parse(spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8' }).stdout)).toEqual(['a & b', ...words]);
  });

  it('has a word where there is nothing', () => {
    expect(shellWord('')).toBe("''");
  });
});
