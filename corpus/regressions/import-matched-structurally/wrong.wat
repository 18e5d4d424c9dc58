(module
  (type $open (sub (func (param i32) (result i32))))
  (import "lib" "f" (func $f (type $open))))
