(module
  (type $box (struct (field i32)))
  (global $g (ref $box) (struct.new $box (i32.const 6)))
  (func (export "run") (result i32)
    (struct.get $box 0 (global.get $g))))
