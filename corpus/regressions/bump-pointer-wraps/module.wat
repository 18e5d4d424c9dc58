(module
  (type $bytes (array (mut i8)))
  (global $kept (mut (ref null $bytes)) (ref.null $bytes))
  (func (export "run") (param $length i32) (result i32)
    (global.set $kept (array.new $bytes (i32.const 7) (i32.const 1024)))
    (array.len (array.new_default $bytes (local.get $length))))
  (func (export "kept") (result i32)
    (array.get_u $bytes (global.get $kept) (i32.const 1023))))
