(module
  (type $a (array (mut anyref)))
  (func (export "run")
    (array.copy $a $a
      (array.new_default $a (i32.const 2)) (i32.const -1)
      (array.new_default $a (i32.const 1)) (i32.const 0)
      (i32.const 1))))
