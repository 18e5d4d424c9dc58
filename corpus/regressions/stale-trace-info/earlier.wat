(module
  (type $run (func (result i32)))
  (type $large (struct (field i64 i64 i64 i64 i64 anyref)))
  (func (export "run") (type $run)
    (struct.new $large (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5) (ref.null any))
    (drop)
    (i32.const 1)))
