(module
  (import "env" "id" (func $id (param anyref) (result anyref)))
  (import "env" "mk" (func $mk (param i32) (result externref)))
  (import "env" "val" (func $val (param externref) (result i32)))
  (type $box (struct (field i32)))
  (func (export "run") (result i32 i32)
    (struct.get $box 0 (ref.cast (ref $box) (call $id (struct.new $box (i32.const 4)))))
    (call $val (call $mk (i32.const 5)))))
