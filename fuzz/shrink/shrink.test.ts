import { describe, expect, it } from 'vitest';
import type { Program } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { compareSizes, instructionsOf, sizeOf } from '#fuzz/program/size.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { parse } from '#wasm/text/parse.ts';
import { print } from '#wasm/text/print.ts';
import { validate } from '#wasm/valid/validate.ts';
import { dropChunks } from './chunks.ts';
import type { Examiner, Predicate } from './examiner.ts';
import { examinerOf } from './examiner.ts';
import { Gate } from './gate.ts';
import { shrink, shrinkWith } from './shrink.ts';

function programOf(text: string): Program {
  return {
    modules: [{ name: 'm', module: parse(text) }],
    steps: [{ kind: 'instantiate', module: 0 }, { kind: 'call', module: 0, export: 'run', args: [] }, { kind: 'collect' }],
    schedule: { ...NO_COLLECTIONS, zeal: 3, atSafePoints: [5, 9] },
    collector: { ...DEFAULT_KNOBS, drops: 'immediate', oasrThreshold: 16 },
    limits: DEFAULT_PROGRAM_LIMITS,
  };
}

const BUSY = programOf(`(module
  (rec
    (type $node (sub (struct (field (mut i32)) (field (mut eqref)))))
    (type $array (array (mut (ref null $node))))
    (type $unused (struct (field (ref null $array)))))
  (import "env" "gc" (func $gc))
  (global $a (mut (ref null $array)) (array.new_fixed $array 2 (struct.new $node (i32.const 7) (ref.null none)) (ref.null none)))
  (global $b (mut (ref null $array)) (array.new_default $array (i32.const 12)))
  (func $helper (param (ref null $array) i32 (ref null $array) i32 i32)
    (array.copy $array $array (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4)))
  (func $recursive (param i32) (result i32)
    (if (result i32) (local.get 0) (then (call $recursive (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 3))))
  (func (export "run") (result i32) (local $x (ref null $array)) (local $y i32)
    (local.set $x (global.get $a))
    (loop $again
      (call $gc)
      (local.set $y (i32.add (local.get $y) (i32.const 100)))
      (br_if $again (i32.lt_u (local.get $y) (i32.const 300))))
    (call $helper (local.get $x) (i32.const 0) (block (result (ref null $array)) (call $gc) (local.get $x)) (i32.const 1) (i32.const 1))
    (i32.add (call $recursive (i32.const 4)) (array.len (global.get $b))))
  (func (export "other") (nop)))`);

/** Whether the instructions of these names all occur in some function. */
function has(...names: readonly (keyof typeof Op)[]): (program: Program) => boolean {
  return ({ modules }) =>
    names.every((name) => modules.some(({ module }) => module.functions.some(({ body }) => body.some(({ op }) => op === Op[name]))));
}

function lines(program: Program): readonly string[] {
  return print(program.modules[0]!.module).split('\n').map((line) => line.trim());
}

describe('shrink', () => {
  it('reaches the smallest module when nothing matters', () => {
    const { program, complete } = shrink(BUSY, () => true);
    expect(complete).toBe(true);
    expect(lines(program)).toEqual(['(module)', '']);
    expect(program.steps).toEqual([]);
    expect(program.schedule).toEqual(NO_COLLECTIONS);
    expect(program.collector).toEqual(DEFAULT_KNOBS);
  });

  it('keeps one array.copy with plain operands and the types it needs', () => {
    const { program } = shrink(BUSY, has('array.copy'));
    expect(instructionsOf(program)).toBe(6);
    expect(lines(program).slice(0, 3)).toEqual([
      '(module',
      '(type (;0;) (array (mut i32)))',
      '(type (;1;) (func (param (ref null 0) (ref null 0))))',
    ]);
  });

  it('takes blocks away around what is needed', () => {
    const { program } = shrink(BUSY, has('i32.lt_u'));
    expect(lines(program)).not.toContain('loop');
    expect(instructionsOf(program)).toBe(4);
  });

  it('keeps schedule, knobs and steps that matter, each for itself', () => {
    const { program } = shrink(BUSY, ({ schedule, collector, steps }) =>
      schedule.atSafePoints.includes(9) && collector.drops === 'immediate' && steps.some(({ kind }) => kind === 'collect'),
    );
    expect(program.schedule).toEqual({ ...NO_COLLECTIONS, atSafePoints: [9] });
    expect(program.collector).toEqual({ ...DEFAULT_KNOBS, drops: 'immediate' });
    expect(program.steps).toEqual([{ kind: 'collect' }]);
  });

  it('moves a collection along with what comes before it', () => {
    const nops = (count: number): string => '(nop) '.repeat(count);
    const text = `(module (func (export "run") ${nops(3)} (drop (memory.size)) ${nops(3)} (drop (i32.const 7)) ${nops(2)}) (memory 1))`;
    const at = (program: Program): number => (program.modules[0]?.module.functions[0]?.body.length ?? 0) + 1;
    const before = programOf(text);
    const given: Program = { ...before, schedule: { ...NO_COLLECTIONS, atSafePoints: [at(before)] } };
    const { program } = shrink(given, (candidate) => candidate.schedule.atSafePoints[0] === at(candidate));
    expect(program.schedule.atSafePoints).toEqual([1]);
    expect(instructionsOf(program)).toBe(0);
  });

  it('collects as early as it can, which takes few tries', () => {
    const late: Program = { ...BUSY, schedule: { ...NO_COLLECTIONS, atSafePoints: [5, 3000] } };
    const { program, tries } = shrink(late, ({ schedule }) => schedule.atSafePoints.some((point) => point > 2), { detours: false });
    expect(program.schedule).toEqual({ ...NO_COLLECTIONS, atSafePoints: [3] });
    expect(tries).toBeLessThan(50);
  });

  it.each([[['array.copy']], [['call', 'global.get']], [['br_if']], [['array.len', 'if']], [['local.set']]] as const)(
    'gives a valid and smaller Program with %s, and shrinking again changes nothing',
    (names) => {
      const first = shrink(BUSY, has(...names));
      expect(() => validate(first.program.modules[0]!.module)).not.toThrow();
      expect(compareSizes(sizeOf(first.program), sizeOf(BUSY))).toBeLessThan(0);
      expect(has(...names)(first.program)).toBe(true);
      expect(shrink(first.program, has(...names)).program).toBe(first.program);
      expect(shrink(BUSY, has(...names))).toEqual(first);
    },
  );

  it('stops at its bound with the best so far', () => {
    const { program, tries, complete } = shrink(BUSY, has('array.copy'), { maxTries: 5 });
    expect({ tries, complete }).toEqual({ tries: 5, complete: false });
    expect(has('array.copy')(program)).toBe(true);
    expect(shrink(BUSY, () => true, { stop: () => true })).toEqual({ program: BUSY, tries: 0, complete: false });
  });
});

/** Answers when it is waited for, and counts what is under way. */
class Panel implements Examiner {
  readonly jobs: number;
  readonly #isInteresting: Predicate;
  asked = 0;
  open = 0;
  mostOpen = 0;

  constructor(jobs: number, isInteresting: Predicate) {
    this.jobs = jobs;
    this.#isInteresting = isInteresting;
  }
  ask(candidate: Program) {
    this.asked++;
    this.mostOpen = Math.max(this.mostOpen, ++this.open);
    const done = <T>(value: T): T => (this.open--, value);
    return { answer: () => done(this.#isInteresting(candidate)), withdraw: () => done(undefined) };
  }
}

describe('several candidates at a time', () => {
  it.each([[['array.copy']], [['call', 'global.get']], [['array.len', 'if']], [['local.set', 'br_if', 'i32.lt_u']]] as const)(
    'make no difference to the result and the tries with %s',
    (names) => {
      const alone = new Panel(1, has(...names));
      const expected = shrinkWith(BUSY, alone);
      expect(alone.asked).toBe(expected.tries);
      for (const jobs of [2, 3, 8]) {
        const panel = new Panel(jobs, has(...names));
        const smaller: Program[] = [];
        const result = shrinkWith(BUSY, panel, { onSmaller: (program) => smaller.push(program) });
        expect(result).toEqual(expected);
        expect(smaller.at(-1)).toBe(result.program);
        expect(panel.open).toBe(0);
        expect(panel.mostOpen).toBeLessThanOrEqual(jobs);
        expect(panel.mostOpen).toBeGreaterThan(jobs / 2);
        expect(panel.asked).toBeGreaterThan(expected.tries);
      }
    },
  );

  it.each([1, 7, 20, 50])('make no difference when it ends after %i tries', (maxTries) => {
    const expected = shrink(BUSY, has('array.copy'), { maxTries });
    expect(shrinkWith(BUSY, new Panel(4, has('array.copy')), { maxTries })).toEqual(expected);
  });

  it('end at once when a stop is asked for, with the best so far', () => {
    const panel = new Panel(4, has('array.copy'));
    const { program, complete } = shrinkWith(BUSY, panel, { stop: () => panel.asked > 30 });
    expect({ complete, asked: panel.asked, open: panel.open }).toEqual({ complete: false, asked: 31, open: 0 });
    expect(has('array.copy')(program)).toBe(true);
  });
});

describe('Gate', () => {
  it('lets nothing pass that is invalid, as large, or not interesting', () => {
    const gate = new Gate(BUSY, examinerOf(({ steps }) => steps.length > 1), { maxTries: 100 });
    expect(gate.try({ ...BUSY, modules: [{ name: 'm', module: parse('(module (func i32.add))') }] })).toBe(false);
    expect(gate.try({ ...BUSY })).toBe(false);
    expect(gate.tries).toBe(0);
    expect(gate.try({ ...BUSY, steps: BUSY.steps.slice(0, 1) })).toBe(false);
    expect(gate.try({ ...BUSY, steps: BUSY.steps.slice(0, 2) })).toBe(true);
    expect(gate.best.steps).toHaveLength(2);
  });

  it('runs no candidate twice', () => {
    const gate = new Gate(BUSY, examinerOf(() => false), { maxTries: 100 });
    gate.try({ ...BUSY, steps: [] });
    gate.try({ ...BUSY, steps: [] });
    expect(gate.tries).toBe(1);
  });
});

describe('dropChunks', () => {
  it('finds the needed items among many in few attempts', () => {
    let attempts = 0;
    const kept = dropChunks(Array.from({ length: 1000 }, (_, i) => i), (items) => {
      attempts++;
      return items.includes(7) && items.includes(900);
    });
    expect(kept).toEqual([7, 900]);
    expect(attempts).toBeLessThan(80);
  });
});
