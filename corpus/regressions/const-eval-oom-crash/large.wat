(module
  (type $longs (array i64))
  (table 1 (ref $longs) (array.new_default $longs (i32.const -1))))
