(module
  (type $box (struct (field i32)))
  (global (export "g") (ref $box) (struct.new $box (i32.const 4))))
