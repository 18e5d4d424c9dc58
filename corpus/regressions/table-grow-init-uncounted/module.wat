(module
  (type $box (struct (field i32)))
  (table $t 0 (ref null $box))
  (func (export "grow") (result i32)
    (table.grow $t (struct.new $box (i32.const 5)) (i32.const 3)))
  (func (export "run") (param $i i32) (result i32)
    (drop (struct.new $box (i32.const 6)))
    (struct.get $box 0 (table.get $t (local.get $i)))))
