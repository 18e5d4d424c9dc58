(module
  (import "env" "id" (func $id (param anyref) (result anyref)))
  (func (export "run") (result i32)
    (local $i i32)
    (loop $again
      (drop (call $id (ref.i31 (local.get $i))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))
    (local.get $i)))
