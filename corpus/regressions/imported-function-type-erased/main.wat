(module
  (type $general (sub (func (result i32))))
  (type $special (sub $general (func (result i32))))
  (import "lib" "f" (func $f (type $general)))
  (elem declare func $f)
  (func (export "run") (result i32)
    (call_ref $special (ref.cast (ref $special) (ref.func $f)))))
