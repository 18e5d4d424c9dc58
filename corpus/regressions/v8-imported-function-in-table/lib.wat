(module
  (type $general (sub (func (result i32))))
  (type $special (sub $general (func (result i32))))
  (func (export "f") (type $special) (i32.const 5)))
