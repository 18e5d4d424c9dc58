(module
  (global $g exnref (ref.null exn))
  (global $again exnref (global.get $g))
  (table $t 1 exnref)
  (elem (table $t) (i32.const 0) exnref (item (global.get $g)))
  (func (export "run") (result i32 i32)
    (ref.is_null (global.get $again))
    (ref.is_null (table.get $t (i32.const 0)))))
