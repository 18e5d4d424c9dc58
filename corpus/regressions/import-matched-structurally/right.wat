(module
  (type $closed (func (param i32) (result i32)))
  (import "lib" "f" (func $f (type $closed)))
  (func (export "run") (result i32) (call $f (i32.const 3))))
