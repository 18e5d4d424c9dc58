import { expect, it } from 'vitest';
import { isTrap } from './trap-text.ts';

it.each([
  ['uninitializedElement', 'uninitialized element 2', true],
  ['outOfBoundsTableAccess', 'undefined element', true],
  ['outOfBoundsTableAccess', 'uninitialized element', false],
  ['nullStructReference', 'null reference', true],
  ['nullReference', 'null structure reference', false],
  ['castFailure', 'cast failure', true],
  ['unreachable', 'cast failure', false],
  ['castFailure', 'an unusual wording of it', true],
] as const)('%s is what "%s" asks for: %s', (code, text, expected) => {
  expect(isTrap(code, text)).toBe(expected);
});
