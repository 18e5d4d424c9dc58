(module
  (global (export "g") (mut externref) (ref.null extern))
  (table (export "t") 1 externref)
  (func (export "run") (result externref) (global.get 0)))
