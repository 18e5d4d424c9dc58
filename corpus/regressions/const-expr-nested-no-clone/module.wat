(module
  (type $leaf (struct (field i32)))
  (type $node (struct (field (ref $leaf))))
  (global $g (ref $node) (struct.new $node (struct.new $leaf (i32.const 3))))
  (func (export "run") (result i32)
    (struct.get $leaf 0 (struct.get $node 0 (global.get $g)))))
