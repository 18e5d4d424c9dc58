(module
  (type $a (array (mut i31ref)))
  (elem $e i31ref (item (ref.i31 (i32.const 10))) (item (ref.i31 (i32.const 11))) (item (ref.i31 (i32.const 12))))
  (func (export "run") (result i32)
    (local $to (ref $a))
    (local.set $to (array.new_default $a (i32.const 1)))
    (array.init_elem $a $e (local.get $to) (i32.const 0) (i32.const 2) (i32.const 1))
    (i31.get_u (array.get $a (local.get $to) (i32.const 0)))))
