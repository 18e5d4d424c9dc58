(module
  (type $box (struct (field i32)))
  (type $boxes (array (ref $box)))
  (func (export "run")
    (drop (array.new $boxes (struct.new $box (i32.const 1)) (i32.const 30000)))))
