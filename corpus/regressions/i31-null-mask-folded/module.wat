(module
  (type $cell (struct (field (mut anyref))))
  (func (export "run") (result i32)
    (local $cell (ref $cell))
    (local.set $cell (struct.new $cell (ref.i31 (i32.const 7))))
    (struct.set $cell 0 (local.get $cell) (ref.i31 (i32.const -1)))
    (i31.get_s (ref.cast (ref i31) (struct.get $cell 0 (local.get $cell))))))
