(module
  (table $t 1 externref)
  (func (export "run") (param $object externref) (result i32 externref)
    (table.set $t (i32.const 0) (extern.convert_any (ref.i31 (i32.const 21))))
    (i31.get_u (ref.cast (ref i31) (any.convert_extern (table.get $t (i32.const 0)))))
    (table.set $t (i32.const 0) (local.get $object))
    (table.get $t (i32.const 0))))
