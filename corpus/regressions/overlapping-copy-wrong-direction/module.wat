(module
  (type $box (struct (field i32)))
  (type $boxes (array (mut (ref $box))))
  (func (export "run") (param $to i32) (param $from i32) (param $i i32) (result i32)
    (local $a (ref $boxes))
    (local.set $a
      (array.new_fixed $boxes 3 (struct.new $box (i32.const 1)) (struct.new $box (i32.const 2)) (struct.new $box (i32.const 3))))
    (array.copy $boxes $boxes (local.get $a) (local.get $to) (local.get $a) (local.get $from) (i32.const 2))
    (struct.get $box 0 (array.get $boxes (local.get $a) (local.get $i)))))
