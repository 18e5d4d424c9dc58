(module
  (import "env" "gc" (func $gc))
  (type $box (struct (field i32)))
  (func (export "run") (result i32)
    (local $keep (ref $box)) (local $late (ref null $box)) (local $i i32) (local $sum i32)
    (local.set $keep (struct.new $box (i32.const 5)))
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (struct.get $box 0 (local.get $keep))))
      (local.set $late (struct.new $box (local.get $i)))
      (call $gc)
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))
    (local.get $sum)))
