(module
  (table $nones 2 nullref)
  (table $noexterns 2 nullexternref)
  (func (export "run") (param $i i32) (result i32)
    (ref.is_null (table.get $nones (local.get $i))))
  (func (export "externs") (param $i i32) (result i32)
    (ref.is_null (table.get $noexterns (local.get $i)))))
