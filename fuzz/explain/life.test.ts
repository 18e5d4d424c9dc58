import { describe, expect, it } from 'vitest';
import { IN_HAND, LifeRecorder } from './life.ts';

const AT = { place: { step: 0, site: 'call', collection: undefined }, count: 1 };

describe('LifeRecorder', () => {
  it('balances what each owner takes and gives back', () => {
    const recorder = new LifeRecorder();
    recorder.allocated(AT);
    recorder.passed(AT, IN_HAND, { kind: 'stackRootList' });
    recorder.retained(AT, { kind: 'global', index: 1 });
    recorder.released(AT, { kind: 'global', index: 2 });
    const { events, balances } = recorder.life();
    expect(balances).toEqual([
      { owner: { kind: 'stackRootList' }, counts: 1 },
      { owner: { kind: 'global', index: 1 }, counts: 1 },
      { owner: { kind: 'global', index: 2 }, counts: -1 },
    ]);
    expect(events.map((event) => 'unmatched' in event && event.unmatched)).toEqual([false, false, false, true]);
  });

  it('knows that a caught exception is taken out of its cell by hand', () => {
    const recorder = new LifeRecorder();
    recorder.retained(AT, { kind: 'pendingException' });
    recorder.passed(AT, IN_HAND, { kind: 'stackRootList' });
    expect(recorder.life().balances).toEqual([{ owner: { kind: 'stackRootList' }, counts: 1 }]);
  });

  it('keeps beginning and end of a long life, and the balance of all of it', () => {
    const recorder = new LifeRecorder();
    for (let i = 0; i < 5000; i++) recorder.retained({ ...AT, count: i }, IN_HAND);
    const { events, omitted, omittedAt, balances } = recorder.life();
    expect(events.length + omitted).toBe(5000);
    expect(events.length).toBeLessThan(1000);
    expect(events[omittedAt - 1]!.count).toBe(omittedAt - 1);
    expect(events[omittedAt]!.count).toBe(omittedAt + omitted);
    expect(balances).toEqual([{ owner: IN_HAND, counts: 5000 }]);
  });
});
