(module
  (import "env" "id" (func $id (param anyref) (result anyref)))
  (global $g (export "g") (mut anyref) (ref.i31 (i32.const 1)))
  (func (export "run") (param $x anyref) (result anyref anyref)
    (call $id (local.get $x))
    (global.get $g)))
