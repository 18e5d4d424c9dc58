import { afterEach, describe, expect, it } from 'vitest';
import { parse } from '#wasm/text/parse.ts';
import { encode } from '#wasm/binary/encode.ts';
import type { ObservedOutcome } from '../../observation.ts';
import { discover } from '../discover.ts';
import type { ForeignCase } from '../foreign-engine.ts';
import { WabtValidator } from './validator.ts';

const GOOD = '(module (table 1 funcref) (func (export "run") (result i32) (table.size 0)))';
const BAD = '(module (func (export "run") (result i32) (i64.const 0)))';
const WITH_GC = '(module (type (struct)) (func (export "run") (result i32) (ref.is_null (struct.new 0))))';

function caseOf(texts: readonly string[], ...predicted: readonly ObservedOutcome[]): ForeignCase {
  const modules = texts.map((text, i) => ({ name: `m${i}`, bytes: encode(parse(text)) }));
  return { modules, steps: modules.map((_, module) => ({ kind: 'instantiate', module })), exceptions: false, predicted };
}

let engine: WabtValidator | undefined;
afterEach(() => engine?.end());

async function outcomesOf(...cases: readonly ForeignCase[]): Promise<readonly (readonly ObservedOutcome[])[]> {
  engine = new WabtValidator(await discover('wabt', new Map()));
  return (await engine.run(cases)).map(({ outcomes }) => outcomes);
}

describe('the validator of wabt', () => {
  it('agrees with what is predicted of good and of bad modules', async () => {
    const cases = [caseOf([GOOD, BAD], { kind: 'instantiated' }, { kind: 'invalid' }), caseOf([GOOD], { kind: 'linkError' })];
    expect(await outcomesOf(...cases)).toEqual(cases.map(({ predicted }) => predicted));
  });

  it('says so when it thinks otherwise, and nothing of what would come then', async () => {
    const [refused, accepted] = await outcomesOf(caseOf([BAD, GOOD], { kind: 'instantiated' }, { kind: 'instantiated' }), caseOf([GOOD, GOOD], { kind: 'invalid' }, { kind: 'instantiated' }));
    expect(refused).toEqual([{ kind: 'invalid', reason: expect.stringMatching(/^type mismatch/) }]);
    expect(accepted).toEqual([{ kind: 'instantiated' }]);
  });

  it('leaves out what it does not understand, and has nothing to say when that is everything', async () => {
    const [some, none] = await outcomesOf(caseOf([WITH_GC, GOOD], { kind: 'instantiated' }, { kind: 'instantiated' }), caseOf([WITH_GC], { kind: 'instantiated' }));
    expect(some).toEqual([{ kind: 'instantiated' }, { kind: 'instantiated' }]);
    expect(none).toEqual([{ kind: 'unsupported', reason: 'no module that it can read' }]);
  });
});
