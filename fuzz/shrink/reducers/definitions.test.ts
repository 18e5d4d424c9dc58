/** Reducers of tables, segments, constants, and of what the host does. */
import { describe, expect, it } from 'vitest';
import { asPrinted, programOf, reduced, reducedText, textOf } from '#test/support/reduce.ts';
import type { Program, Step } from '#fuzz/program/program.ts';
import { parse } from '#wasm/text/parse.ts';
import { dropModules } from './drop-modules.ts';
import { dropUnused } from './drop-unused.ts';
import { linkModules } from './link-modules.ts';
import { lowerTogether } from './lower-together.ts';
import { replaceExpressions } from './replace-expressions.ts';
import { shortenSegments } from './shorten-segments.ts';
import { shrinkLimits } from './shrink-limits.ts';
import { simplifyConstants } from './simplify-constants.ts';
import { simplifySteps } from './simplify-steps.ts';
import { simplifySurroundings } from './simplify-surroundings.ts';

const TABLE = '(table 3 eqref)';
const hasTable = ({ modules }: Program): boolean => modules[0]!.module.tables.length > 0;

describe('drop-unused', () => {
  it('leaves active segments out that are not needed', () => {
    const before = `(module ${TABLE} (memory 1) (elem (table 0) (offset (i32.const 0)) eqref (item (ref.null eq))) (data (i32.const 0) "x"))`;
    expect(reducedText(dropUnused, before, hasTable)).toBe(asPrinted(`(module ${TABLE})`));
  });

  it('keeps recursion groups whole where that matters', () => {
    const group = '(rec (type (struct)) (type (array i8)))';
    const inGroup = ({ modules }: Program): boolean => modules[0]!.module.recGroups.some(({ length }) => length === 2);
    const before = `(module ${group} (memory 1) (global (ref null 0) (ref.null 0)) (global i32 (i32.const 1)))`;
    expect(reducedText(dropUnused, before, (program) => inGroup(program) && program.modules[0]!.module.globals.length > 0)).toBe(
      asPrinted(`(module ${group} (global (ref null 0) (ref.null 0)))`),
    );
  });
});

describe('shorten-segments', () => {
  it('leaves out items and bytes, and makes bytes zero', () => {
    const before = '(module (type (struct)) (elem eqref (item (ref.null none)) (item (struct.new 0)) (item (ref.null none))) (data "abc"))';
    const keeps = ({ modules: [entry] }: Program): boolean =>
      entry!.module.elements[0]!.items.some(([first]) => first!.op === 0x100) && entry!.module.datas[0]!.bytes.length > 1;
    expect(reducedText(shortenSegments, before, keeps)).toBe(
      asPrinted('(module (type (struct)) (elem eqref (item (struct.new 0))) (data "\\00\\00"))'),
    );
  });
});

describe('shrink-limits', () => {
  it('makes tables small and lets them begin with null', () => {
    const before = '(module (type (struct)) (table 7 27 (ref 0) (struct.new 0)) (memory 3 9))';
    const keeps = ({ modules: [entry] }: Program): boolean => entry!.module.tables[0]!.type.limits.min > 1;
    expect(reducedText(shrinkLimits, before, keeps)).toBe(asPrinted('(module (type (struct)) (table 2 (ref null 0)) (memory 0))'));
  });
});

describe('offsets of segments', () => {
  const before = `(module ${TABLE} (elem (table 0) (offset (i32.sub (i32.const 7) (i32.const 7))) eqref))`;
  it('are expressions like others', () => {
    expect(reducedText(replaceExpressions, before)).toBe(asPrinted(`(module ${TABLE} (elem (table 0) (offset (i32.const 0)) eqref))`));
  });
  it('have constants like others', () => {
    expect(reducedText(simplifyConstants, before)).toContain('(i32.sub (i32.const 0) (i32.const 0))');
  });
});

describe('simplify-constants', () => {
  it('brings all kinds of numbers nearer to zero', () => {
    const before = '(module (func (result i32 i64 f32 f64) i32.const 77 i64.const -9000000000000000000 f32.const 1 f64.const 2))';
    const keeps = ({ modules: [entry] }: Program): boolean => {
      const [first] = entry!.module.functions[0]!.body;
      return first!.op === 0x41 && first!.value >= 5;
    };
    expect(reducedText(simplifyConstants, before, keeps)).toBe(
      asPrinted('(module (func (result i32 i64 f32 f64) i32.const 5 i64.const 0 f32.const 0 f64.const 0))'),
    );
  });
});

describe('lower-together', () => {
  it('lowers two constants where one alone would not do', () => {
    const before = '(module (func (result i32) (i32.sub (i32.add (i32.const 3) (i32.const 4)) (i32.const 3))))';
    const isZero = ({ modules: [entry] }: Program): boolean => {
      const values = entry!.module.functions[0]!.body.flatMap((instruction) => (instruction.op === 0x41 ? [instruction.value] : []));
      return values[0] === values[2] && values[1] === 4;
    };
    expect(reducedText(lowerTogether, before, isZero)).toBe(asPrinted(before.replaceAll('const 3', 'const 0')));
  });
  it('keeps their distance', () => {
    const before = '(module (func (result i32) (i32.sub (i32.const 7) (i32.const 4))))';
    const isThree = ({ modules: [entry] }: Program): boolean => {
      const [left, right] = entry!.module.functions[0]!.body.flatMap((instruction) => (instruction.op === 0x41 ? [instruction.value] : []));
      return left! - right! === 3;
    };
    expect(reducedText(lowerTogether, before, isThree)).toBe(asPrinted('(module (func (result i32) (i32.sub (i32.const 3) (i32.const 0))))'));
  });
});

describe('simplify-steps', () => {
  it('makes arguments null or zero, and indices small', () => {
    const steps: readonly Step[] = [
      { kind: 'call', module: 0, export: 'f', args: [{ kind: 'host', number: 4 }, { kind: 'i32', value: 9 }], keep: 3 },
      { kind: 'setTable', module: 0, export: 't', index: 6, value: { kind: 'i31', value: 3 } },
      { kind: 'release', slot: 4 },
    ];
    const isI32 = (program: Program): boolean => {
      const [call] = program.steps;
      return call?.kind === 'call' && call.args.length === 2 && call.args[1]!.kind === 'i32' && call.args[1]!.value > 2;
    };
    expect(reduced(simplifySteps, programOf('(module)', { steps }), isI32).steps).toEqual([
      { kind: 'call', module: 0, export: 'f', args: [{ kind: 'null' }, { kind: 'i32', value: 3 }] },
      { kind: 'setTable', module: 0, export: 't', index: 0, value: { kind: 'null' } },
      { kind: 'release', slot: 0 },
    ]);
  });
});

describe('drop-modules', () => {
  it('leaves a module out with its steps, and numbers the others anew', () => {
    const modules = ['(module)', '(module (memory 1))', '(module)'].map((text, i) => ({ name: `m${i}`, module: parse(text) }));
    const steps: readonly Step[] = [0, 1, 2].map((module) => ({ kind: 'instantiate', module }));
    const result = reduced(dropModules, programOf('(module)', { modules, steps }), (program) => textOf(program).includes('memory'));
    expect(result.modules.map(({ name }) => name)).toEqual(['m1']);
    expect(result.steps).toEqual([{ kind: 'instantiate', module: 0 }]);
  });
});

describe('simplify-surroundings', () => {
  it('shortens periods and brings limits back to what they are by default', () => {
    const program = programOf('(module)', {
      schedule: { zeal: 17, allocZeal: 3, atEntry: true, atSafePoints: [] },
      limits: { fuel: 5, callDepth: 6 },
    });
    const { schedule, limits } = reduced(simplifySurroundings, program, (candidate) => candidate.schedule.zeal > 0);
    expect(schedule).toEqual({ zeal: 1, allocZeal: 0, atEntry: false, atSafePoints: [] });
    expect(limits).toEqual({ fuel: 1_000_000, callDepth: 1000 });
  });
});

describe('link-modules', () => {
  const lib = '(module (type (func (result i32))) (global (mut i32) (i32.const 5)) (export "state" (global 0)) (export "run" (func 0)) (func (result i32) (global.get 0)))';
  const user = `(module (type (func (result i32))) (import "lib" "run" (func (type 0))) (import "lib" "state" (global (mut i32)))
    (export "run" (func 1)) (func (result i32) (global.set 0 (i32.const 7)) (call 0)))`;
  const call = (module: number): Step => ({ kind: 'call', module, export: 'run', args: [] });

  it('makes one module of two, and calls of its exports of the calls of both', () => {
    const program: Program = {
      ...programOf(lib),
      modules: [lib, user].map((text, i) => ({ name: ['lib', 'm'][i]!, module: parse(text) })),
      steps: [{ kind: 'instantiate', module: 0 }, { kind: 'instantiate', module: 1 }, call(0), call(1)],
    };
    const linked = reduced(linkModules, program);
    const after = `(module (type (func (result i32))) (type (func (result i32))) (global (mut i32) (i32.const 5))
      (export "state" (global 0)) (export "run" (func 0)) (export "run@1" (func 1))
      (func (type 0) (global.get 0)) (func (type 1) (global.set 0 (i32.const 7)) (call 0)))`;
    expect(textOf(linked)).toBe(asPrinted(after));
    expect(linked.steps).toEqual([{ kind: 'instantiate', module: 0 }, call(0), { ...call(0), export: 'run@1' }]);
  });
});
