(module
  (type $box (struct (field i32)))
  (global $g (mut (ref null $box)) (ref.null $box))
  (func (export "run") (param $n i32) (result i32)
    (global.set $g (struct.new $box (local.get $n)))
    (struct.get $box 0 (global.get $g))))
