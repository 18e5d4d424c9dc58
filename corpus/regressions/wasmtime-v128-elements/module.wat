(module
  (type $v (array (mut v128)))
  (memory 1)
  (global $a (ref $v) (array.new_fixed $v 0))
  (func (export "run") (result i32)
    (local $b (ref $v))
    (local.set $b (array.new $v (v128.const i32x4 1 2 3 4) (i32.const 3)))
    (v128.store (i32.const 0) (array.get $v (local.get $b) (i32.const 2)))
    (i32.add (array.len (global.get $a)) (i32.load (i32.const 12)))))
