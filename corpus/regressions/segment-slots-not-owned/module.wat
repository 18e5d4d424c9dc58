(module
  (type $box (struct (field i32)))
  (type $boxes (array (ref $box)))
  (elem $e (ref $box) (item (struct.new $box (i32.const 1))) (item (struct.new $box (i32.const 2))))
  (func (export "run") (result i32)
    (struct.get $box 0
      (array.get $boxes (array.new_elem $boxes $e (i32.const 0) (i32.const 2)) (i32.const 1))))
  (func (export "drop") (elem.drop $e)))
