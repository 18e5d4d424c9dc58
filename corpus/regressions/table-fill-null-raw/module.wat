(module
  (type $box (struct (field i32)))
  (table $t 3 (ref null $box))
  (func (export "run") (result i32)
    (table.fill $t (i32.const 0) (struct.new $box (i32.const 8)) (i32.const 3))
    (table.fill $t (i32.const 1) (ref.null $box) (i32.const 2))
    (struct.get $box 0 (table.get $t (i32.const 0)))))
