(module
  (type $box (struct (field i32)))
  (table $t 2 anyref)
  (elem (table $t) (i32.const 0) anyref (item (ref.i31 (i32.const 5))) (item (struct.new $box (i32.const 6))))
  (func (export "run") (result i32)
    (table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 1))
    (struct.get $box 0 (ref.cast (ref $box) (table.get $t (i32.const 0))))))
