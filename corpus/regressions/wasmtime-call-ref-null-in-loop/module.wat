(module
  (type $f (func))
  (func (export "run") (type $f)
    (loop
      (call_ref $f (ref.null nofunc))
      (br_if 0 (i32.const 0)))))
