(module
  (type $large (array i64))
  (global anyref (array.new_default $large (i32.const 0x7fffffff)))
  (global anyref (ref.null any)))
