(module
  (type $numbers (array (mut i32)))
  (func (export "run") (param $start i32) (param $count i32) (result i32 i32 i32)
    (local $a (ref $numbers))
    (local.set $a (array.new_default $numbers (i32.const 3)))
    (array.fill $numbers (local.get $a) (local.get $start) (i32.const 7) (local.get $count))
    (array.get $numbers (local.get $a) (i32.const 0))
    (array.get $numbers (local.get $a) (i32.const 1))
    (array.get $numbers (local.get $a) (i32.const 2))))
