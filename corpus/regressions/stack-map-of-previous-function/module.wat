(module
  (import "env" "gc" (func $gc))
  (type $box (struct (field i32)))
  (func (export "warm") (result eqref)
    (struct.new $box (i32.const 1))
    (call $gc))
  (func (export "run") (result i32)
    (i32.const 32)
    (call $gc)))
