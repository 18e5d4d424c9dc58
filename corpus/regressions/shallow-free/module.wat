(module
  (type $list (struct (field (ref null $list))))
  (func (export "make") (result (ref $list))
    (struct.new $list (struct.new $list (struct.new_default $list)))))
