(module
  (type $closed (func (param i32) (result i32)))
  (func (export "f") (type $closed) (local.get 0)))
