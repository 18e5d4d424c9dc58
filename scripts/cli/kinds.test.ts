import { describe, expect, it } from 'vitest';
import { commandLine, ratio } from './kinds.ts';

describe('commandLine', () => {
  it.each([
    ['./check.sh', ['./check.sh']],
    ['  node  check.js --flag=1 ', ['node', 'check.js', '--flag=1']],
    [`sh -c 'run "$1" | grep -q x' sh`, ['sh', '-c', 'run "$1" | grep -q x', 'sh']],
    [String.raw`"a \"b\" \$c \n" d\ e''"f"`, ['a "b" $c \\n', 'd ef']],
    [`run ''`, ['run', '']],
    [`a'b c'd`, ['ab cd']],
  ])('reads %s', (text, words) => expect(commandLine.parse(text)).toEqual(words));

  it.each(['', '  ', `a 'b`, `a "b`, 'a \\'])('refuses %j', (text) => expect(commandLine.parse(text)).toBeUndefined());
});

describe('ratio', () => {
  it.each([
    ['1', 1],
    ['12.5', 12.5],
  ])('reads %s', (text, value) => expect(ratio.parse(text)).toBe(value));

  it.each(['', '0.5', '0', '-2', 'x', '1e3'])('refuses %j', (text) => expect(ratio.parse(text)).toBeUndefined());
});
