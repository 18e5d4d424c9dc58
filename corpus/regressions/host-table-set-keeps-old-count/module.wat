(module
  (type $box (struct (field i32)))
  (table $t (export "t") 1 anyref)
  (func (export "put")
    (table.set $t (i32.const 0) (struct.new $box (i32.const 1)))))
