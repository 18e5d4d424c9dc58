(module
  (import "env" "gc" (func $gc))
  (func (export "run") (result i32)
    (call $gc)
    (f32.const -0)
    (loop (param f32) (result f32))
    (i32.reinterpret_f32)))
