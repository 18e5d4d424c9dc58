/** Programs that show which features an engine has: each needs one, under the name that its proposal has, and those that it builds upon. */
import { parse } from '#wasm/text/parse.ts';
import type { Program } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';

const MODULES: Readonly<Record<string, string>> = {
  'multi-value': '(module (func (export "run") (result i32 i32) (i32.const 1) (i32.const 2)))',
  'bulk-memory': '(module (memory 1) (data "ab") (func (export "run") (result i32) (memory.init 0 (i32.const 0) (i32.const 1) (i32.const 1)) (memory.copy (i32.const 1) (i32.const 0) (i32.const 1)) (i32.load (i32.const 0))))',
  'reference-types': '(module (table 2 externref) (func (export "run") (result i32) (ref.is_null (table.get 0 (i32.const 1)))))',
  'extended-const': '(module (global $g i32 (i32.add (i32.const 1) (i32.const 2))) (func (export "run") (result i32) (global.get $g)))',
  'tail-call': '(module (func $f (result i32) (i32.const 5)) (func (export "run") (result i32) (return_call $f)))',
  'multi-memory': '(module (memory 1) (memory $m 1) (func (export "run") (result i32) (i32.store $m (i32.const 0) (i32.const 5)) (i32.load $m (i32.const 0))))',
  simd: '(module (memory 1) (func (export "run") (result i64) (v128.store (i32.const 0) (v128.const i64x2 5 6)) (i64.load (i32.const 8))))',
  'function-references': '(module (type $t (func (result i32))) (elem declare func $f) (func $f (type $t) (i32.const 5)) (func (export "run") (result i32) (call_ref $t (ref.func $f))))',
  gc: '(module (type $s (struct (field i32))) (type $a (array anyref)) (func (export "run") (result i32) (struct.get $s 0 (ref.cast (ref $s) (array.get $a (array.new $a (struct.new $s (i32.const 5)) (i32.const 2)) (i32.const 1))))))',
  'exception-handling': '(module (tag $e (param i32)) (func (export "run") (result i32) (block $caught (result i32) (try_table (catch $e $caught) (throw $e (i32.const 5))) (i32.const 6))))',
};

export const FEATURES: readonly string[] = Object.keys(MODULES);

/** @param feature one of `FEATURES` */
export function featureProgram(feature: string): Program {
  return {
    modules: [{ name: feature, module: parse(MODULES[feature]!) }],
    steps: [
      { kind: 'instantiate', module: 0 },
      { kind: 'call', module: 0, export: 'run', args: [] },
    ],
    schedule: NO_COLLECTIONS,
    collector: DEFAULT_KNOBS,
    limits: DEFAULT_PROGRAM_LIMITS,
  };
}
