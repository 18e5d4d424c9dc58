import { describe, expect, it } from 'vitest';
import { ALL_ORACLES, twins } from '#fuzz/campaign/twins.ts';
import { Random } from '#fuzz/generators/random.ts';
import { drcEngine } from '#fuzz/engines/interpreter.ts';
import { packProgram } from '#fuzz/program/record.ts';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import { readModule } from '#wasm/read.ts';
import { linkedProgram, wasmOpt } from './generator.ts';

const engine = drcEngine({ audit: 'collections', integrity: true });
const CASES = 12;

function linked(text: string) {
  return linkedProgram(decode(encode(readModule(new TextEncoder().encode(text)))), new Random(1));
}

describe('modules of wasm-opt -ttf', () => {
  it('are the same for the same seed, and others for others', () => {
    const [first, second] = [1, 2].map((seed) => packProgram(wasmOpt.generate(seed)));
    expect(packProgram(wasmOpt.generate(1))).toEqual(first);
    expect(second).not.toEqual(first);
  });

  it('link, run, allocate, and are judged as sound on a healthy runtime', () => {
    const { examine } = twins({ fault: undefined, oracles: ALL_ORACLES });
    let returns = 0;
    let allocations = 0;
    for (let seed = 0; seed < CASES; seed++) {
      const { verdict, observation } = examine(wasmOpt.generate(seed));
      expect(verdict.kind, `seed ${seed}`).not.toBe('disagree');
      expect(observation.outcomes.map(({ kind }) => kind), `seed ${seed}`).not.toContain('linkError');
      returns += observation.outcomes.filter(({ kind }) => kind === 'returned').length;
      allocations += observation.effort.allocations;
    }
    expect(returns).toBeGreaterThan(CASES);
    expect(allocations).toBeGreaterThan(CASES);
  }, 60_000);

  it('leave no trace in the streams and the status of this process', () => {
    wasmOpt.generate(3);
    expect(process.exitCode).toBeUndefined();
  });
});

describe('what they import', () => {
  it('logs to the host, NaNs as one', () => {
    const program = linked(`(module
      (import "fuzzing-support" "log-i32" (func $i32 (param i32)))
      (import "fuzzing-support" "log-i64" (func $i64 (param i64)))
      (import "fuzzing-support" "log-f64" (func $f64 (param f64)))
      (import "fuzzing-support" "log-anyref" (func $any (param anyref)))
      (func (export "run")
        (call $i32 (i32.const 7))
        (call $i64 (i64.const 5))
        (call $f64 (f64.const nan))
        (call $f64 (f64.const -nan:0xfffff))
        (call $any (ref.i31 (i32.const 3)))))`);
    const { outcomes, hostTrace } = engine.run(program);
    expect(outcomes.at(-1)).toEqual({ kind: 'returned', values: [] });
    const [i32, i64, nan, otherNan, any] = hostTrace.map(({ name, args }) => [name, ...args]);
    expect(i32).toEqual(['mk', { kind: 'i32', value: 7 }]);
    expect(i64).toEqual(['mk', { kind: 'i32', value: 5 }]);
    expect(otherNan).toEqual(nan);
    expect(any).toEqual(['id', { kind: 'i31', value: 3 }]);
  });

  it('calls exports and references back, and says whether they throw', () => {
    const program = linked(`(module
      (import "fuzzing-support" "call-export" (func $export (param i32 i32)))
      (import "fuzzing-support" "call-export-catch" (func $export-catch (param i32) (result i32)))
      (import "fuzzing-support" "call-ref-catch" (func $ref-catch (param funcref) (result i32)))
      (import "fuzzing-support" "throw" (func $throw (param i32)))
      (global $calls (mut i32) (i32.const 0))
      (elem declare func $throws)
      (func $count (export "count") (global.set $calls (i32.add (global.get $calls) (i32.const 1))))
      (func $throws (export "throws") (call $throw (i32.const 1)))
      (func (export "run") (result i32 i32 i32 i32)
        (call $export (i32.const 0) (i32.const 0))
        (call $export-catch (i32.const 0))
        (call $export-catch (i32.const 1))
        (call $ref-catch (ref.func $throws))
        (global.get $calls)))`);
    const i32 = (value: number) => ({ kind: 'i32', value });
    expect(engine.run(program).outcomes.at(-1)).toEqual({ kind: 'returned', values: [i32(0), i32(1), i32(1), i32(3)] });
  });
});
