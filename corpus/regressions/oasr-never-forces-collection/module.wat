(module
  (type $box (struct (field i32)))
  (table $t 40 (ref null $box))
  (func (export "make") (param $i i32)
    (loop $again
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (table.set $t (local.get $i) (struct.new $box (local.get $i)))
      (br_if $again (local.get $i))))
  (func (export "run") (param $i i32) (result i32)
    (loop $again
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (drop (table.get $t (local.get $i)))
      (br_if $again (local.get $i)))
    (struct.get $box 0 (table.get $t (i32.const 39)))))
