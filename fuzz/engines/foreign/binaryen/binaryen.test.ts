import { afterEach, describe, expect, it } from 'vitest';
import { parse } from '#wasm/text/parse.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { closeProgram } from '../../closed/close.ts';
import { nullEngine } from '../../interpreter.ts';
import type { ObservedOutcome } from '../../observation.ts';
import { UNAUDITED } from '../../panel.ts';
import { BinaryenOptimiser } from './optimiser-engine.ts';
import { outcomeOf, trapIn } from './interpreter-output.ts';
import { PASSES, byKind, fewestPasses, passesFor } from './passes.ts';
import { BinaryenEngine } from './interpreter.ts';
import { discover } from '../discover.ts';
import type { ForeignCase, ForeignEngine, ForeignSpec } from '../foreign-engine.ts';
import { foreignCase } from '../foreign-engine.ts';
import { pinned } from '../pin.ts';
import { smokeProgram } from '../smoke.ts';

const specOf = (name: string): Promise<ForeignSpec> => discover(name, new Map());

/** One that calls `run` of a module again and again. */
function caseOf(text: string, instances = 1): ForeignCase {
  const steps = Array.from({ length: instances }, () => [{ kind: 'instantiate', module: 0 }, { kind: 'call', module: 0, export: 'run', args: [] }] as const).flat();
  const closed = closeProgram({ modules: [{ name: 'm', module: parse(text) }], steps, schedule: NO_COLLECTIONS, collector: DEFAULT_KNOBS, limits: DEFAULT_PROGRAM_LIMITS });
  return foreignCase(closed, nullEngine(UNAUDITED).run(closed.program).outcomes);
}
function smokeCase(): ForeignCase {
  const closed = closeProgram(smokeProgram());
  return foreignCase(closed, nullEngine(UNAUDITED).run(closed.program).outcomes);
}

let engine: ForeignEngine | undefined;
afterEach(() => engine?.end());

async function outcomesOf(of: ForeignEngine, ...cases: readonly ForeignCase[]): Promise<readonly (readonly ObservedOutcome[])[]> {
  engine = of;
  return (await of.run(cases)).map(({ outcomes }) => outcomes);
}

const RUN = '(module (global $g (mut i32) (i32.const 6)) (func (export "run") (result i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)))';

describe("binaryen's interpreter", () => {
  it('sees what our own runtime sees', async () => {
    const one = smokeCase();
    expect(await outcomesOf(new BinaryenEngine(await specOf('binaryen')), one, one)).toEqual([one.predicted, one.predicted]);
  });

  it('tells instances of one module apart', async () => {
    const one = caseOf(RUN, 3);
    expect(await outcomesOf(new BinaryenEngine(await specOf('binaryen')), one)).toEqual([one.predicted]);
  });

  it('is not asked about what a script cannot tell', async () => {
    const throwing = caseOf('(module (import "env" "gc" (func $gc)) (tag $e) (start $run) (func $run (export "run") (call $gc) (throw $e)))');
    const one = smokeCase();
    expect(await outcomesOf(new BinaryenEngine(await specOf('binaryen')), throwing, one)).toEqual([[{ kind: 'unsupported', reason: 'a start function that throws' }], one.predicted]);
  });

  it('says what else it has seen', async () => {
    const one = caseOf(RUN);
    const wrong = { ...one, predicted: [one.predicted[0]!, { kind: 'returned', values: [{ kind: 'i32', value: 8 }] } as const] };
    const trapping = caseOf('(module (func (export "run") unreachable))');
    const otherwise = { ...trapping, predicted: [one.predicted[0]!, { kind: 'trapped', trap: 'castFailure' } as const] };
    expect(await outcomesOf(new BinaryenEngine(await specOf('binaryen')), wrong, otherwise)).toEqual([one.predicted, trapping.predicted]);
  });

  it.skipIf(process.platform === 'win32')('is not taken for one when it runs nothing', async () => {
    const [outcomes] = await outcomesOf(new BinaryenEngine({ ...(await specOf('binaryen')), path: '/bin/cat' }), smokeCase());
    expect(outcomes).toMatchObject([{ kind: 'faulted', fault: { invariant: 'garbage' } }]);
  });

  it('runs out of stack without dying', async () => {
    const deep = { ...caseOf(RUN), ...caseOf('(module (func $f (export "run") (result i32) (i32.add (call $f) (i32.const 1))))'), predicted: caseOf(RUN).predicted };
    expect(await outcomesOf(new BinaryenEngine(await specOf('binaryen')), deep)).toMatchObject([[{ kind: 'instantiated' }, { kind: 'exhausted', resource: 'callStack' }]]);
  });
});

describe('outcomeOf', () => {
  const two: ObservedOutcome = { kind: 'returned', values: [{ kind: 'i32', value: 3 }, { kind: 'i64', value: 8n }] };

  it.each<[string, string, ObservedOutcome, ObservedOutcome]>([
    ['one of several results', 'expected 8, got -5 at index 1\n', two, { kind: 'returned', values: [{ kind: 'i32', value: 3 }, { kind: 'i64', value: -5n }] }],
    ['a result in place of a trap', 'expected trap, got 9\n', { kind: 'trapped', trap: 'unreachable' }, { kind: 'returned', values: [{ kind: 'i32', value: 9 }] }],
    ['an exception', 'expected return, got exception\n', two, { kind: 'threw' }],
    ['a trap', '[trap array oob]\nexpected return, got trap\n', two, { kind: 'trapped', trap: 'outOfBoundsMemoryAccess', or: ['outOfBoundsTableAccess', 'outOfBoundsArrayAccess'] }],
    ['a module that is not read', '[parse exception: popping from empty stack (at 0:24)]\n', { kind: 'instantiated' }, { kind: 'invalid', reason: 'popping from empty stack' }],
    ['a module that is not valid', '[wasm-validator error in function 0] unexpected false: x must be y, on \n(nop)\nfailed validation\n', { kind: 'instantiated' }, { kind: 'invalid', reason: 'unexpected false: x must be y, on ' }],
    ['a limit', '[host limit allocation failure]\nexpected return, got exceeded host limit\n', two, { kind: 'exhausted', resource: 'memory' }],
    ['a link error', '[trap Import module "nope" doesn\'t exist.]\nfailed to instantiate module\n', { kind: 'instantiated' }, { kind: 'linkError' }],
  ])('reads %s', (_, text, predicted, outcome) => {
    expect(outcomeOf(text, predicted)).toEqual(outcome);
  });
  it('calls anything else a failure', () => {
    expect(outcomeOf('hello 12\n', two)).toMatchObject({ kind: 'faulted', fault: { invariant: 'failure', operation: 'hello N' } });
  });
  it('minds traps that are asserted', () => {
    expect(trapIn('[trap cast error]\n', 'castFailure')).toBeUndefined();
    expect(trapIn('[trap unreachable]\n', 'castFailure')).toEqual({ kind: 'trapped', trap: 'unreachable' });
  });
});

describe("binaryen's optimiser", () => {
  const withPasses = async (...flags: string[]): Promise<ForeignEngine> => new BinaryenOptimiser({ ...(await specOf('binaryen-opt')), flags });

  it('changes nothing that is seen', async () => {
    const one = smokeCase();
    const [outcomes] = await outcomesOf(await withPasses('--optimize-level=3', '-O', '--gufa'), one);
    expect(outcomes!.map(({ kind }) => kind)).toEqual(one.predicted.map(({ kind }) => kind));
    expect(outcomes!.filter(({ kind }) => kind === 'returned')).toEqual(one.predicted.filter(({ kind }) => kind === 'returned'));
  });
  it('is seen when it does', async () => {
    const [outcomes] = await outcomesOf(await withPasses('--minify-imports-and-exports'), caseOf(RUN));
    expect(outcomes).toMatchObject([{ kind: 'instantiated' }, { kind: 'skipped' }]);
  });
  it('names the pass in which it gives up', async () => {
    const [outcomes] = await outcomesOf(await withPasses('--vacuum', '--gto'), smokeCase());
    expect(outcomes).toMatchObject([{ kind: 'faulted', fault: { oracle: 'crash', invariant: '--gto', operation: expect.stringMatching(/closed-world/) } }]);
  });
  it('blames as few passes as lead to what is seen', async () => {
    engine = await withPasses('--optimize-level=1', '--vacuum', '--minify-imports-and-exports', '--dce', '--gto', '--untee');
    const [gaveUp] = await engine.run([smokeCase()]);
    expect(gaveUp!.flags).toEqual(['--gto']);
    await engine.end();
    engine = await withPasses('--optimize-level=1', '--vacuum', '--minify-imports-and-exports', '--dce');
    const [renamed] = await engine.run([caseOf(RUN)]);
    expect(renamed!.flags).toEqual(['--minify-imports-and-exports']);
  });
  it.each([
    ['-O', '(drop (array.new_default $a (i32.const -1))) (call $gc) unreachable'],
    ['--simplify-locals-notee', '(call $called) (array.new_default $a (i32.const 1073741813)) drop drop'],
  ])('may remove or move an array that is too large to be made: %s', async (pass, body) => {
    const text = `(module (type $a (array i32)) (import "env" "gc" (func $gc)) (func $called (result anyref) (call $gc) (ref.null any)) (func (export "run") ${body}))`;
    const [outcomes] = await outcomesOf(await withPasses(pass), caseOf(text));
    expect(outcomes!.at(-1)).toEqual({ kind: 'unsupported', reason: 'an array that is too large to be made' });
  });
  it('blames none where there is nothing to blame', async () => {
    engine = await withPasses('--vacuum');
    expect((await engine.run([caseOf(RUN)]))[0]).not.toHaveProperty('flags');
  });
});

describe('pinned', () => {
  it('fixes what would be chosen for a case', async () => {
    const spec = await specOf('binaryen-opt');
    const program = smokeProgram();
    const { subjects, references } = pinned({ subjects: [spec, 'drc'], references: ['null'] }, program);
    expect(subjects).toEqual([{ ...spec, flags: passesFor(spec, smokeCase()) }, 'drc']);
    expect(references).toEqual(['null']);
    expect(pinned({ subjects, references }, { ...program, steps: [] })).toEqual({ subjects, references });
  });
  it('leaves out passes that are known to matter nothing', async () => {
    const spec = await specOf('binaryen-opt');
    const { levels } = byKind(passesFor(spec, smokeCase()));
    expect(pinned({ subjects: [spec], references: ['null'] }, smokeProgram(), ['--dce']).subjects).toEqual([{ ...spec, flags: [...levels, '--dce'] }]);
  });
});

describe('fewestPasses', () => {
  const fewest = (passes: string, isEnough: (some: string) => boolean): Promise<string> => fewestPasses([...passes], (some) => Promise.resolve(isEnough(some.join('')))).then((kept) => kept.join(''));

  it('keeps the order, and what only does it together', async () => {
    expect(await fewest('abcab', (some) => /a.*b/.test(some))).toBe('ab');
    expect(await fewest('xbya', (some) => /b.*a/.test(some))).toBe('ba');
    expect(await fewest('abc', () => true)).toBe('');
    expect(await fewest('a', (some) => some === 'a')).toBe('a');
  });
});

describe('passesFor', () => {
  it('draws the same passes for the same modules, and others for others', () => {
    const [one, other] = [smokeCase(), caseOf(RUN)];
    expect(passesFor({ flags: [] }, one)).toEqual(passesFor({ flags: [] }, one));
    expect(passesFor({ flags: [] }, one)).not.toEqual(passesFor({ flags: [] }, other));
    expect(passesFor({ flags: ['-O'] }, one)).toEqual(['-O']);
  });
  it('knows no pass twice', () => {
    expect(new Set(PASSES).size).toBe(PASSES.length);
  });
});
