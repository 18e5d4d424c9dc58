(module
  (type $list (struct (field (ref null $list))))
  (global $head (export "head") (mut (ref null $list))
    (struct.new $list (struct.new $list (struct.new_default $list))))
  (func (export "run") (result i32)
    (ref.is_null (global.get $head))))
