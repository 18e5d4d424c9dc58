(module
  (import "env" "gc" (func $gc))
  (type $bytes (array i8))
  (func (export "run") (result i32)
    (array.new_default $bytes (i32.const 3))
    (call $gc)
    (array.len)))
