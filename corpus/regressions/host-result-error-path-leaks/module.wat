(module
  (import "env" "bad" (func $bad (result externref (ref eq))))
  (func (export "run") (result i32)
    (call $bad)
    (drop)
    (ref.is_null)))
