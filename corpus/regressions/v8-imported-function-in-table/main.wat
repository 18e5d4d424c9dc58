(module
  (type $general (sub (func (result i32))))
  (type $special (sub $general (func (result i32))))
  (import "lib" "f" (func $f (type $general)))
  (table $by_segment funcref (elem $f))
  (table $by_value 1 funcref (ref.func $f))
  (func (export "by segment") (result i32) (call_indirect $by_segment (type $special) (i32.const 0)))
  (func (export "by value") (result i32) (call_indirect $by_value (type $special) (i32.const 0)))
  (func (export "cast") (result i32) (call_ref $special (ref.cast (ref $special) (table.get $by_segment (i32.const 0))))))
