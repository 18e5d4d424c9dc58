import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

/** @param fortunes for each number, what its turns bring, one after the other; nothing more succeeds after that */
function play(count: number, fortunes: Readonly<Record<number, readonly boolean[]>>): readonly number[] {
  const turns = new Turns(count);
  const taken: number[] = [];
  for (let turn = turns.next(); turn !== undefined; turn = turns.next()) {
    const before = taken.filter((other) => other === turn).length;
    taken.push(turn);
    turns.done(turn, fortunes[turn]?.[before] ?? false);
  }
  return taken;
}

describe('Turns', () => {
  it('gives one to each when nobody succeeds', () => {
    expect(play(3, {})).toEqual([0, 1, 2]);
  });
  it('gives another one at once to who has succeeded, then goes on from there', () => {
    expect(play(4, { 1: [true, true] })).toEqual([0, 1, 1, 1, 2, 3, 0]);
  });
  it('comes back to the lucky ones first', () => {
    expect(play(3, { 0: [true, false], 1: [true, false] })).toEqual([0, 0, 1, 1, 2, 0]);
  });
});
