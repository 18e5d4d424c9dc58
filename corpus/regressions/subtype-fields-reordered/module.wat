(module
  (type $base (sub (struct (field (mut i8)) (field (mut i64)))))
  (type $derived (sub $base (struct (field (mut i8)) (field (mut i64)) (field anyref))))
  (func $touch (param $base (ref $base))
    (struct.set $base 0 (local.get $base) (i32.const 200))
    (struct.set $base 1 (local.get $base) (i64.const -2)))
  (func (export "run") (result i32 i64 i32)
    (local $derived (ref $derived))
    (call $touch
      (local.tee $derived (struct.new $derived (i32.const 0) (i64.const 0) (ref.i31 (i32.const 5)))))
    (struct.get_u $derived 0 (local.get $derived))
    (struct.get $derived 1 (local.get $derived))
    (i31.get_u (ref.cast i31ref (struct.get $derived 2 (local.get $derived))))))
