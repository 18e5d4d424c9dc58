/** Programs that show whether an engine works at all: they allocate, collect, cast and trap; or, for engines without GC types, call through a table and trap. */
import type { ClosingOptions } from '../closed/close.ts';
import { parse } from '#wasm/text/parse.ts';
import type { Program, Step } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';

const WITH_GC = `(module
  (type $node (struct (field $next (mut (ref null $node))) (field $number i32)))
  (type $nodes (array (mut (ref null $node))))
  (import "env" "gc" (func $gc))
  (global $kept (mut (ref null $nodes)) (ref.null $nodes))
  (func (export "fill") (local $i i32)
    (global.set $kept (array.new_default $nodes (i32.const 8)))
    (loop $again
      (array.set $nodes (global.get $kept) (local.get $i) (struct.new $node (ref.null $node) (local.get $i)))
      (call $gc)
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 8))))
    (array.copy $nodes $nodes (global.get $kept) (i32.const 1) (global.get $kept) (i32.const 0) (i32.const 7)))
  (func (export "sum") (result i32) (local $i i32) (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 3)) (struct.get $node $number (array.get $nodes (global.get $kept) (local.get $i)))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 8))))
    (local.get $sum))
  (func (export "cast") (drop (ref.cast (ref $node) (array.get $nodes (array.new_default $nodes (i32.const 1)) (i32.const 0)))))
  (func (export "trap") (drop (array.get $nodes (global.get $kept) (i32.const 8)))))`;

const WITHOUT_GC = `(module
  (type $get (func (result i32)))
  (import "env" "gc" (func $gc))
  (table $functions 4 funcref)
  (elem (table $functions) (i32.const 1) func $five)
  (func $five (result i32) (i32.const 5))
  (func (export "call") (result i32) (call $gc) (call_indirect $functions (type $get) (i32.const 1)))
  (func (export "move") (result i32)
    (table.set $functions (i32.const 2) (table.get $functions (i32.const 1)))
    (ref.is_null (table.get $functions (i32.const 2))))
  (func (export "null") (drop (call_indirect $functions (type $get) (i32.const 3))))
  (func (export "trap") (drop (table.get $functions (i32.const 4)))))`;

function programOf(text: string, calls: readonly string[]): Program {
  const call = (name: string): Step => ({ kind: 'call', module: 0, export: name, args: [] });
  return {
    modules: [{ name: 'smoke', module: parse(text) }],
    steps: [{ kind: 'instantiate', module: 0 }, ...calls.map(call)],
    schedule: NO_COLLECTIONS,
    collector: DEFAULT_KNOBS,
    limits: DEFAULT_PROGRAM_LIMITS,
  };
}

export function smokeProgram({ withoutGc = false }: ClosingOptions = {}): Program {
  return withoutGc ? programOf(WITHOUT_GC, ['call', 'move', 'null', 'trap']) : programOf(WITH_GC, ['fill', 'sum', 'cast', 'trap']);
}
