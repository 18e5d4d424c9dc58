(module
  (import "env" "gc" (func $gc))
  (type $numbers (array i32))
  (func (export "run") (param $rounds i32) (result i32)
    (local $a (ref $numbers)) (local $last i32)
    (local.set $a (array.new $numbers (i32.const 9) (i32.const 1)))
    (loop $again
      (local.set $last (array.get $numbers (local.get $a) (i32.const 0)))
      (call $gc)
      (drop (array.new_default $numbers (i32.const 1)))
      (br_if $again (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
    (local.get $last)))
