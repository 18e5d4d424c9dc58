(module
  (import "env" "gc" (func $gc))
  (type $box (struct (field i32)))
  (func (export "run") (param $hot i32) (result i32)
    (struct.new $box (i32.const 1))
    (if (local.get $hot)
      (then)
      (else (call $gc) (drop (struct.new $box (i32.const 3)))))
    (struct.get $box 0)))
