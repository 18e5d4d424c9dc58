(module
  (type $small (struct (field i32 (ref null $small))))
  (global $g (mut (ref null $small)) (ref.null $small))
  (func (export "make")
    (global.set $g (struct.new $small (i32.const 7) (struct.new $small (i32.const 8) (ref.null $small)))))
  (func (export "run") (result i32)
    (global.set $g (ref.null $small))
    (ref.is_null (global.get $g))))
