(module
  (type $box (struct (field i32)))
  (type $boxes (array (ref $box)))
  (func (export "run") (param $length i32)
    (drop (array.new $boxes (struct.new $box (i32.const 7)) (local.get $length)))))
