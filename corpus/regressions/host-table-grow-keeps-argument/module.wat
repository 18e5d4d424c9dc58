(module
  (table (export "t") 0 1 externref))
