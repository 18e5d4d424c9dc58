import { afterEach, describe, expect, it } from 'vitest';
import type { Program, Step } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { encode } from '#wasm/binary/encode.ts';
import { parse } from '#wasm/text/parse.ts';
import { generatorNamed } from '#fuzz/generators/registry.ts';
import { closeProgram } from '../../closed/close.ts';
import { nullEngine } from '../../interpreter.ts';
import type { ObservedOutcome } from '../../observation.ts';
import { UNAUDITED } from '../../panel.ts';
import { discover } from '../discover.ts';
import type { ForeignCase } from '../foreign-engine.ts';
import { foreignCase } from '../foreign-engine.ts';
import { linkedCase } from './linked-case.ts';
import { smokeProgram } from '../smoke.ts';
import { WabtInterpreter } from './interpreter.ts';
import { outcomesByExport, refusalIn } from './interpreter-output.ts';

function caseOf(program: Program): ForeignCase {
  const closed = closeProgram(program, { withoutGc: true });
  return foreignCase(closed, nullEngine(UNAUDITED).run(closed.program).outcomes);
}
function textCase(text: string, steps: readonly Step[] = [{ kind: 'call', module: 0, export: 'run', args: [] }]): ForeignCase {
  return caseOf({ modules: [{ name: 'm', module: parse(text) }], steps: [{ kind: 'instantiate', module: 0 }, ...steps], schedule: NO_COLLECTIONS, collector: DEFAULT_KNOBS, limits: DEFAULT_PROGRAM_LIMITS });
}

let engine: WabtInterpreter | undefined;
afterEach(() => engine?.end());

async function outcomesOf(...cases: readonly ForeignCase[]): Promise<readonly (readonly ObservedOutcome[])[]> {
  engine = new WabtInterpreter(await discover('wabt-interp', new Map()));
  return (await engine.run(cases)).map(({ outcomes }) => outcomes);
}

const RUN = (body: string, more = ''): string => `(module ${more} (func (export "run") (result i32 i64) ${body}))`;

describe("wabt's interpreter", () => {
  it('sees what our own runtime sees', async () => {
    const { generate } = generatorNamed('reference-types')!;
    const cases = [smokeProgram({ withoutGc: true }), ...Array.from({ length: 20 }, (_, seed) => generate(seed))].map(caseOf);
    expect(await outcomesOf(...cases)).toEqual(cases.map(({ predicted }) => predicted));
  });

  it('says what else it has seen, of calls and of modules', async () => {
    const one = textCase(RUN('(i32.const -2) (i64.const -3)'));
    const other = { ...one, predicted: [one.predicted[0]!, { kind: 'trapped', trap: 'unreachable' } as const] };
    const trapping = textCase(RUN('(unreachable)'));
    const refused = { ...one, modules: [{ name: 'm', bytes: encode(parse(RUN('(i64.const 0)'))) }] };
    expect(await outcomesOf(other, trapping, refused)).toEqual([one.predicted, trapping.predicted, [{ kind: 'invalid', reason: expect.stringMatching(/^type mismatch/) }]]);
  });

  it('leaves out what is not one module without GC types', async () => {
    const smoke = foreignCase(closeProgram(smokeProgram()), []);
    const again = textCase(RUN('(i32.const 1) (i64.const 2)'), [{ kind: 'instantiate', module: 0 }]);
    const started = textCase(RUN('(i32.const 1) (i64.const 2)', '(func $start) (start $start)'));
    const broken = textCase(RUN('(i32.const 1) (i64.const 2)', '(table 0 funcref) (elem (i32.const 1) funcref (ref.null func))'));
    const throwing = textCase('(module (tag) (func (export "run") (throw 0)))');
    const all = [{ ...smoke, predicted: [{ kind: 'instantiated' } as const, { kind: 'instantiated' } as const] }, again, started, broken, throwing];
    expect((await outcomesOf(...all)).map(([only]) => only)).toEqual(
      ['GC types', 'a module that is instantiated again', 'a start function', 'a module that is not instantiated', 'exceptions'].map((reason) => ({ kind: 'unsupported', reason })),
    );
  });
});

describe('linkedCase', () => {
  it('exports nothing but the calls, in their order', () => {
    const module = linkedCase(caseOf(smokeProgram({ withoutGc: true })));
    expect(module).toMatchObject({ exports: expect.any(Array), imports: [{ module: 'env', name: 'gc' }] });
    if (typeof module !== 'string') expect(module.exports.map(({ name }) => name)).toEqual(['step 2', 'step 3', 'step 4', 'step 5', 'step 6']);
  });
});

describe('what wasm-interp says', () => {
  it.each([
    ['i32:4294967295, i64:18446744073709551615', { kind: 'returned', values: [{ kind: 'i32', value: -1 }, { kind: 'i64', value: -1n }] }],
    ['', { kind: 'returned', values: [] }],
    ['error: call stack exhausted', { kind: 'exhausted', resource: 'callStack' }],
    ['error: out of bounds memory access: access at 1+4 >= max value 0', { kind: 'trapped', trap: 'outOfBoundsMemoryAccess' }],
    ['error: indirect call signature mismatch', { kind: 'trapped', trap: 'indirectCallTypeMismatch' }],
    ['error: 7 is wrong', { kind: 'faulted', fault: { invariant: 'trap', operation: 'N is wrong' } }],
  ])('is an outcome: %s', (told, outcome) => {
    expect(outcomesByExport(`called host env.gc() =>\nstep 12() => ${told}\n`).get('step 12')).toMatchObject(outcome);
  });

  it('may be why a module is refused', () => {
    expect(refusalIn('\u001B[1m0000004: \u001B[31merror: \u001B[0mbad magic value 7\n')).toEqual({ kind: 'invalid', reason: 'bad magic value N' });
    expect(refusalIn('step 1() => i32:1')).toBeUndefined();
  });
});
