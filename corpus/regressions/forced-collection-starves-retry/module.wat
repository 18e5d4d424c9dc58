(module
  (type $box (struct (field i32)))
  (type $boxes (array (ref $box)))
  (func (export "run") (param $i i32) (result i32)
    (struct.get $box 0
      (array.get $boxes (array.new_fixed $boxes 2 (struct.new $box (i32.const 1)) (struct.new $box (i32.const 2))) (local.get $i)))))
