(module
  (type (;0;) (func))
  (table (;0;) 0 funcref (ref.func 0))
  (func (;0;) (type 0)
    ref.func 0
    drop
  )
)
