(module
  (type $box (struct (field i32)))
  (table (export "t") 0 1 anyref)
  (func (export "make") (result anyref) (struct.new $box (i32.const 1))))
