(module
  (func (export "run") (param $x i31ref) (result i32)
    (i31.get_u (local.get $x)))
  (func (export "signed") (param $x i31ref) (result i32)
    (i31.get_s (local.get $x))))
