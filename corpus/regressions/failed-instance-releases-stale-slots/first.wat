(module
  (type $box (struct (field i32)))
  (type $large (array i64))
  (global $g anyref (struct.new $box (i32.const 6)))
  (global (ref $large) (array.new_default $large (i32.const 0x7fffffff))))
