(module
  (import "env" "gc" (func $gc))
  (type $box (struct (field i32)))
  (func (export "run") (param $first i32) (result i32)
    (select (result (ref $box)) (struct.new $box (i32.const 1)) (struct.new $box (i32.const 2)) (local.get $first))
    (call $gc)
    (drop (struct.new $box (i32.const 3)))
    (struct.get $box 0)))
