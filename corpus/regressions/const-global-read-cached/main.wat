(module
  (type $box (struct (field i32)))
  (import "lib" "g" (global $g (ref $box)))
  (import "env" "gc" (func $gc))
  (func (export "run") (result i32)
    (global.get $g)
    (call $gc)
    (struct.get $box 0)))
