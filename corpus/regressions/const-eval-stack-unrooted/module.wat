(module
  (type $box (struct (field i32)))
  (type $boxes (array (ref $box)))
  (table $t 1 (ref null $boxes))
  (elem (table $t) (i32.const 0) (ref null $boxes)
    (item (array.new_fixed $boxes 2 (struct.new $box (i32.const 1)) (struct.new $box (i32.const 2)))))
  (func (export "run") (param $i i32) (result i32)
    (struct.get $box 0 (array.get $boxes (table.get $t (i32.const 0)) (local.get $i)))))
