(module
  (type $externs (array externref))
  (elem $e externref (item (extern.convert_any (ref.i31 (i32.const 9)))))
  (func (export "run") (result externref)
    (array.get $externs (array.new_elem $externs $e (i32.const 0) (i32.const 1)) (i32.const 0))))
