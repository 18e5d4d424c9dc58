(module
  (import "exporter" "table" (table $table 1 (ref any)))
  (func (export "run") (result i32)
    (i31.get_s (ref.cast (ref i31) (table.get $table (i32.const 0)))))
)
