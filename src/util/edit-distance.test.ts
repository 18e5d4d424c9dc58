import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './edit-distance.ts';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['table', 'cable', 1],
    ['ab', 'ba', 2],
  ])('from %j to %j is %i', (a, b, distance) => expect(editDistance(a, b)).toBe(distance));
});

describe('nearest', () => {
  const words = ['table-fill', 'table-grow', 'array-fill', 'sweep'];
  it('is what a slip of the finger meant', () => expect(nearest('table-fil', words)[0]).toBe('table-fill'));
  it('is what the word is part of', () => expect(nearest('grow', words)).toEqual(['table-grow']));
  it('is nothing for something else', () => expect(nearest('collector', words)).toEqual([]));
});
