(module
  (global $converted anyref (any.convert_extern (ref.null noextern)))
  (func $is_null (param nullexternref) (result i32) (ref.is_null (any.convert_extern (local.get 0))))
  (func (export "run") (result i32)
    (i32.add (ref.is_null (global.get $converted)) (call $is_null (ref.null noextern)))))
