(module
  (type $box (struct (field i32)))
  (table $t 1 1 (ref $box) (struct.new $box (i32.const 4)))
  (func (export "run") (result i32)
    (table.copy $t $t (i32.const 0) (i32.const 0) (i32.const 1))
    (struct.get $box 0 (table.get $t (i32.const 0)))))
