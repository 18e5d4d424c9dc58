(module
  (type $box (struct (field i32)))
  (func (export "run") (param $n i32) (result i32)
    (struct.get $box 0 (struct.new $box (local.get $n)))))
