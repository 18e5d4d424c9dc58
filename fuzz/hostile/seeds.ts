/**
 * Small modules to start mutations from. Together they have every section and most kinds of instructions, and
 * they compute something when their exports are called with zeros and nulls.
 */
import { encode } from '#wasm/binary/encode.ts';
import { parse } from '#wasm/text/parse.ts';

const TEXTS: readonly string[] = [
  // Lists: allocation, recursion through a type, a global as root, collections.
  `(module
    (import "env" "gc" (func $gc))
    (type $node (sub (struct (field $next (mut (ref null $node))) (field $value (mut i32)))))
    (type $wide (sub $node (struct (field (mut (ref null $node))) (field (mut i32)) (field f64) (field v128))))
    (global $head (export "head") (mut (ref null $node)) (ref.null $node))
    (func $push (export "push") (param i32) (result i32)
      (global.set $head (struct.new $node (global.get $head) (local.get 0)))
      (call $gc)
      (struct.get $node $value (ref.as_non_null (global.get $head))))
    (func (export "sum") (result i32) (local $at (ref null $node)) (local $sum i32)
      (drop (call $push (i32.const 3))) (drop (call $push (i32.const 4)))
      (local.set $at (global.get $head))
      (block $done (loop $more
        (br_if $done (ref.is_null (local.get $at)))
        (local.set $sum (i32.add (local.get $sum) (struct.get $node $value (local.get $at))))
        (local.set $at (struct.get $node $next (local.get $at)))
        (br $more)))
      (local.get $sum))
    (func (export "cast") (result i32)
      (block $plain (result (ref $node))
        (br_on_cast_fail $plain (ref $node) (ref $wide)
          (struct.new $wide (global.get $head) (i32.const 9) (f64.const 1.5) (v128.const i32x4 1 2 3 4)))
        (drop) (return (i32.const 1)))
      (drop) (i32.const 2)))`,
  // Arrays of every kind of element, bulk operations, passive segments.
  `(module
    (type $bytes (array (mut i8))) (type $shorts (array (mut i16))) (type $refs (array (mut anyref)))
    (type $longs (array (mut i64))) (type $funcs (array (mut funcref))) (type $f (func (result i32)))
    (global $kept (mut (ref null $refs)) (array.new_fixed $refs 2 (ref.i31 (i32.const 5)) (ref.null any)))
    (elem $boxes anyref (item (ref.i31 (i32.const 1))) (item (array.new_default $bytes (i32.const 3))))
    (elem $functions func $seven)
    (data $text "hello hostile world")
    (func $seven (type $f) (i32.const 7))
    (func (export "bytes") (result i32) (local $b (ref $bytes))
      (local.set $b (array.new_data $bytes $text (i32.const 2) (i32.const 9)))
      (array.fill $bytes (local.get $b) (i32.const 1) (i32.const 200) (i32.const 3))
      (array.copy $bytes $bytes (local.get $b) (i32.const 3) (local.get $b) (i32.const 0) (i32.const 4))
      (array.init_data $bytes $text (local.get $b) (i32.const 0) (i32.const 4) (i32.const 2))
      (i32.add (array.get_s $bytes (local.get $b) (i32.const 4)) (array.len (local.get $b))))
    (func (export "refs") (result anyref) (local $r (ref $refs))
      (local.set $r (array.new_elem $refs $boxes (i32.const 0) (i32.const 2)))
      (array.copy $refs $refs (local.get $r) (i32.const 0) (global.get $kept) (i32.const 0) (i32.const 2))
      (array.init_elem $refs $boxes (local.get $r) (i32.const 1) (i32.const 1) (i32.const 1))
      (array.set $refs (local.get $r) (i32.const 0) (array.new $longs (i64.const -1) (i32.const 5)))
      (elem.drop $boxes)
      (global.set $kept (local.get $r))
      (array.get $refs (local.get $r) (i32.const 1)))
    (func (export "functions") (result i32)
      (call_ref $f (ref.cast (ref $f) (array.get $funcs
        (array.new_elem $funcs $functions (i32.const 0) (i32.const 1)) (i32.const 0)))))
    (func (export "shorts") (param i32) (result i32)
      (array.get_u $shorts (array.new $shorts (i32.const -1) (i32.const 8)) (local.get 0))))`,
  // Exceptions, also across the host.
  `(module
    (import "env" "cb_gc" (func $cb_gc)) (import "env" "cb_twice" (func $cb_twice)) (import "env" "cb_trap" (func $cb_trap))
    (type $box (struct (field i32)))
    (tag $e (export "e") (param (ref $box) i64)) (tag $plain)
    (global $count (mut i32) (i32.const 0))
    (func (export "cb") (throw $e (struct.new $box (i32.const 11)) (i64.const 2)))
    (func (export "churn") (drop (struct.new $box (i32.const 0))))
    (func (export "caught") (result i32)
      (block $h (result (ref $box) i64)
        (try_table (catch $e $h) (call $cb_gc))
        (return (i32.const 0)))
      (drop) (struct.get $box 0))
    (func (export "rethrown") (result i32)
      (block $all (result exnref)
        (try_table (result i32) (catch_all_ref $all)
          (block $again (result exnref)
            (try_table (catch_ref $plain $again) (throw $plain))
            (unreachable))
          (throw_ref))
        (return))
      (drop) (i32.const 3))
    (func (export "twice") (try_table (catch_all 0) (call $cb_twice)))
    (func (export "trap") (call $cb_trap) (throw $plain)))`,
  // Tables, indirect and tail calls, a start function, host references.
  `(module
    (import "env" "mk" (func $mk (param i32) (result externref))) (import "env" "val" (func $val (param externref) (result i32)))
    (import "env" "id" (func $id (param anyref) (result anyref))) (import "env" "two" (func $two (result externref externref)))
    (type $unary (func (param i32) (result i32)))
    (table $t (export "t") 4 20 funcref) (table $objects 2 100 externref) (table $filled 3 eqref (ref.i31 (i32.const 6)))
    (elem (table $t) (i32.const 0) func $down $even $odd) (elem declare func $start)
    (start $start)
    (func $start
      (table.set $objects (i32.const 0) (call $mk (i32.const 5)))
      (drop (table.grow $objects (call $mk (i32.const 6)) (i32.const 3)))
      (table.fill $objects (i32.const 1) (ref.null extern) (i32.const 2)))
    (func $down (type $unary) (if (result i32) (local.get 0)
      (then (return_call $down (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 99))))
    (func $even (export "even") (type $unary) (if (result i32) (local.get 0)
      (then (return_call_indirect $t (type $unary) (i32.sub (local.get 0) (i32.const 1)) (i32.const 2))) (else (i32.const 1))))
    (func $odd (type $unary) (if (result i32) (local.get 0)
      (then (return_call $even (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 0))))
    (func (export "indirect") (result i32) (call_indirect $t (type $unary) (i32.const 10) (i32.const 0)))
    (func (export "host") (result i32) (local externref)
      (table.copy $objects $objects (i32.const 1) (i32.const 0) (i32.const 2))
      (call $two) (local.set 0) (drop)
      (drop (call $id (any.convert_extern (table.get $objects (i32.const 1)))))
      (i32.add (call $val (table.get $objects (i32.const 1))) (call $val (local.get 0))))
    (elem $passive funcref (ref.func $odd) (ref.null func))
    (func (export "tail-host") (result externref externref) (return_call $two))
    (func (export "tail-reference") (result i32) (return_call_ref $unary (i32.const 4) (ref.func $even)))
    (func (export "init") (result i32)
      (table.init $t $passive (i32.const 2) (i32.const 0) (i32.const 2)) (table.size $t))
    (func (export "deep") (param i32) (result i32) (call $deep (local.get 0)))
    (func $deep (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1))))`,
  // Memories, numbers, vectors, every kind of branch.
  `(module
    (memory $m (export "memory") 1 3) (memory $other 1)
    (data (memory $m) (i32.const 8) "\\01\\02\\03\\04\\ff\\80") (data $passive "abcdefgh")
    (global $g (mut i64) (i64.const 0x1234567890)) (global $v (mut v128) (v128.const i64x2 1 -1)) (global f32 (f32.const -0))
    (func (export "memory-ops") (result i64)
      (memory.init $m $passive (i32.const 100) (i32.const 0) (i32.const 8)) (data.drop $passive)
      (memory.copy $other $m (i32.const 3) (i32.const 8) (i32.const 6))
      (memory.fill $m (i32.const 50) (i32.const 7) (i32.const 20))
      (drop (memory.grow $m (i32.const 1)))
      (v128.store (i32.const 64) (v128.load8x8_s offset=4 (i32.const 8)))
      (v128.store16_lane $other 3 (i32.const 0) (global.get $v))
      (i64.add (i64.load offset=60 align=1 (i32.const 2)) (i64.load8_s $other (i32.const 6))))
    (func (export "numbers") (param i32 i64 f32 f64) (result f64 i32)
      (f64.add (f64.promote_f32 (f32.sqrt (f32.convert_i64_u (i64.rotl (global.get $g) (local.get 1)))))
        (f64.nearest (f64.div (local.get 3) (f64.const 3))))
      (i32.trunc_sat_f64_s (f64.min (f64.const nan) (f64.const 1e300))) (i32.div_s (i32.const 7) (i32.or (local.get 0) (i32.const 1))) (i32.xor))
    (func (export "switch") (param i32) (result i32) (local i32)
      (block $c (result i32) (block $b (result i32) (block $a (result i32)
        (br_table $a $b $c $b (i32.const 5) (local.get 0)))
        (i32.const 1) (i32.add)) (i32.const 10) (i32.mul))
      (loop $l (param i32) (result i32)
        (local.set 1 (i32.add (local.get 1) (i32.const 1)))
        (i32.add (i32.const 1)) (br_if $l (i32.lt_u (local.get 1) (i32.const 9)))))
    (func (export "select") (param externref i31ref) (result i32)
      (ref.is_null (select (result externref) (local.get 0) (extern.convert_any (local.get 1)) (i32.const 1)))
      (if (result i32) (then (i31.get_s (ref.i31 (i32.const -3)))) (else (i32.const 4)))))`,
  // Types: recursion groups, subtyping, function types, finality.
  `(module
    (rec (type $a (sub (struct (field (ref null $b))))) (type $b (sub $a (struct (field (ref null $b)) (field (mut i8))))))
    (type $top (sub (func (param (ref null $b)) (result (ref null $a)))))
    (type $bottom (sub final $top (func (param (ref null $a)) (result (ref null $b)))))
    (type $none (func))
    (global $f (ref $top) (ref.func $wide))
    (func $wide (type $bottom) (ref.cast (ref null $b) (local.get 0)))
    (func (export "call") (result i32)
      (ref.test (ref $b) (call_ref $top (struct.new $b (ref.null $b) (i32.const 200)) (global.get $f))))
    (func (export "eq") (param eqref) (result i32)
      (block $null (br_on_null $null (local.get 0)) (drop) (return (i32.const 8)))
      (ref.eq (local.get 0) (ref.null none)))
    (func (export "get") (result i32) (local $b (ref null $b))
      (local.set $b (struct.new_default $b))
      (struct.set $b 1 (local.get $b) (i32.const 300))
      (i32.sub (struct.get_s $b 1 (local.get $b)) (struct.get_u $b 1 (local.get $b))))
    (func (export "spin") (loop (br 0))))`,
];

/** The modules as binaries, in a fixed order: a case is a seed and a number. */
export const SEED_MODULES: readonly Uint8Array[] = TEXTS.map((text) => encode(parse(text)));
