(module
  (type $s (struct))
  (func (param (ref any)) (result (ref any))
    (br_on_cast 0 anyref (ref $s) (local.get 0))))
