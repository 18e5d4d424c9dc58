(module
  (table (export "table") 1 (ref any) (ref.i31 (i32.const 5)))
)
