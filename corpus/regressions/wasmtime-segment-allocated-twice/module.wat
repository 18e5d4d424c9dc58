(module
  (type $s (struct))
  (import "env" "gc" (func $gc))
  (table $t 1 anyref)
  (elem $e anyref (item (struct.new $s)))
  (func (export "run") (result i32)
    (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 1))
    (call $gc)
    (ref.is_null (table.get $t (i32.const 0)))))
