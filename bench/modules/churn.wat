;; What a self-copy case does, in a tight loop: about 35 instructions a round. A new object goes into a ring
;; of 16 slots, eight slots move up by one, and a slot in their midst is read back if it holds an object.
(module
  (type $ring (array (mut (ref null eq))))
  (type $item (struct (field $value (mut i32)) (field $link (mut (ref null eq)))))

  (func $rounds (export "rounds") (param $count i32) (result i32)
    (local $slots (ref $ring))
    (local $round i32)
    (local $total i32)
    (local.set $slots (array.new $ring (ref.i31 (i32.const 7)) (i32.const 16)))
    (loop $again
      (array.set $ring
        (local.get $slots)
        (i32.and (local.get $round) (i32.const 15))
        (struct.new $item (local.get $round) (ref.null none)))
      (array.copy $ring $ring
        (local.get $slots) (i32.const 1)
        (local.get $slots) (i32.const 0)
        (i32.const 8))
      (if (ref.test (ref $item) (array.get $ring (local.get $slots) (i32.const 3)))
        (then
          (local.set $total
            (i32.add
              (local.get $total)
              (struct.get $item $value
                (ref.cast (ref $item) (array.get $ring (local.get $slots) (i32.const 3))))))))
      (local.set $round (i32.add (local.get $round) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $round) (local.get $count))))
    (local.get $total))

  ;; For engines that can only call functions without parameters.
  (func (export "hundred thousand") (result i32)
    (call $rounds (i32.const 100000))))
