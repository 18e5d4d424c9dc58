(module
  (type $longs (array (mut i64)))
  (type $refs (array (mut anyref)))
  (func (export "longs") (param $length i32) (result i32)
    (array.len (array.new_default $longs (local.get $length))))
  (func (export "refs") (param $length i32) (result i32)
    (array.len (array.new $refs (ref.i31 (i32.const 1)) (local.get $length)))))
