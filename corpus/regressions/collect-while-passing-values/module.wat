(module
  (import "env" "two" (func $two (result externref externref)))
  (import "env" "val" (func $val (param externref) (result i32)))
  (func (export "run") (result i32 i32)
    (local $second externref)
    (call $two)
    (local.set $second)
    (call $val)
    (call $val (local.get $second))))
