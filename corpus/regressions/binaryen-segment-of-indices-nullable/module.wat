(module
  (table 2 (ref func) (ref.func 0))
  (elem (i32.const 0) func 0)
  (elem func 0)
  (func (export "run") (result i32)
    (table.init 0 1 (i32.const 1) (i32.const 0) (i32.const 1))
    (ref.is_null (table.get 0 (i32.const 1)))
  )
)
