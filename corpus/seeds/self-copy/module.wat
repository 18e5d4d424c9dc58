;; An array that holds an empty array, built by one nested constant expression, and copied onto itself.
(module
  (type $array (array (mut (ref eq))))
  (global $outer (ref $array) (array.new_fixed $array 1 (array.new_fixed $array 0)))
  (func (export "") (local $a (ref $array))
    (local.set $a (global.get $outer))
    (array.copy $array $array
      (local.get $a) (i32.const 0)
      (local.get $a) (i32.const 0)
      (i32.const 1))))
