(module
  (type $funcs (array (mut funcref)))
  (func $f (export "f"))
  (func (export "run") (result i32 i32)
    (local $filled (ref $funcs))
    (local.set $filled (array.new_fixed $funcs 2 (ref.func $f) (ref.func $f)))
    (array.fill $funcs (local.get $filled) (i32.const 0) (ref.null func) (i32.const 2))
    (ref.is_null (array.get $funcs (local.get $filled) (i32.const 1)))
    (ref.is_null (array.get $funcs (array.new_default $funcs (i32.const 1)) (i32.const 0)))))
