(module
  (type $node (struct (field (mut (ref null $node)))))
  (global $list (ref $node) (struct.new $node (struct.new_default $node)))
  (func (export "run") (result i32)
    (struct.set $node 0 (global.get $list) (struct.get $node 0 (global.get $list)))
    (ref.is_null (struct.get $node 0 (struct.get $node 0 (global.get $list))))))
