(module
  (type $numbers (array i32))
  (global $g (ref $numbers) (array.new_fixed $numbers 2 (i32.const 3) (i32.const 4)))
  (func (export "run") (result i32)
    (drop (array.new_default $numbers (i32.const 2)))
    (array.get $numbers (global.get $g) (i32.const 1))))
