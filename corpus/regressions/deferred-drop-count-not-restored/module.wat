(module
  (type $list (struct (field (ref null $list))))
  (table $t (export "t") 1 anyref)
  (func (export "put")
    (table.set $t (i32.const 0) (struct.new $list (struct.new_default $list))))
  (func (export "run") (result i32)
    (ref.is_null (struct.get $list 0 (struct.new_default $list)))))
