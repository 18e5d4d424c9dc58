(module
  (import "env" "gc" (func $gc))
  (type $box (struct (field i32)))
  (tag $t)
  (func $collect
    (call $gc)
    (drop (struct.new $box (i32.const 3)))
    (throw $t))
  (func (export "run") (result i32)
    (struct.new $box (i32.const 1))
    (block $caught
      (try_table (catch_all $caught) (call $collect)))
    (struct.get $box 0)))
