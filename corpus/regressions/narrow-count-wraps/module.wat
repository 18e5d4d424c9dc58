(module
  (type $box (struct (field i32)))
  (type $boxes (array (mut (ref null $box))))
  (global $many (ref $boxes) (array.new $boxes (struct.new $box (i32.const 3)) (i32.const 257)))
  (func (export "run") (result i32)
    (array.set $boxes (global.get $many) (i32.const 0) (ref.null $box))
    (drop (struct.new $box (i32.const 4)))
    (struct.get $box 0 (array.get $boxes (global.get $many) (i32.const 256)))))
