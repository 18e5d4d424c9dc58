import { describe, expect, it } from 'vitest';
import { Bindings, Excluded, Failure } from './binding.ts';

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}
function failing(bindings: Bindings<number>, name: string, line: number, thrown: unknown): unknown {
  return thrownBy(() =>
    bindings.load(name, line, () => {
      throw thrown;
    }),
  );
}

describe('Bindings', () => {
  it('finds by name, and the latest without one', () => {
    const bindings = new Bindings<number>();
    bindings.load('$a', 1, () => 1);
    bindings.load(undefined, 2, () => 2);
    expect([bindings.value('$a'), bindings.value(undefined)]).toEqual([1, 2]);
    expect(thrownBy(() => bindings.value('$b'))).toEqual(new Failure('a module called $b', 'there is none'));
  });

  it('passes an exclusion on to what depends on it', () => {
    const bindings = new Bindings<number>();
    const reason = new Excluded('simd at offset 9');
    expect(failing(bindings, '$a', 7, reason)).toBe(reason);
    for (const name of ['$a', undefined]) {
      expect(thrownBy(() => bindings.value(name))).toEqual(new Excluded('needs the module of line 7: simd at offset 9'));
    }
  });

  it('does not fall back to an older module when loading failed', () => {
    const bindings = new Bindings<number>();
    bindings.load('$a', 1, () => 1);
    failing(bindings, '$b', 2, new TypeError('broken'));
    expect(thrownBy(() => bindings.value(undefined))).toEqual(new Failure('the module of line 2', 'it failed to load'));
    expect(bindings.value('$a')).toBe(1);
  });
});
