(module
  (import "env" "gc" (func $gc))
  (type $box (struct (field i32)))
  (start $gc)
  (func (export "run") (result i32)
    (struct.get $box 0 (struct.new $box (i32.const 5)))))
