(module
  (import "good" "missing" (global anyref))
  (global (mut anyref) (ref.null any)))
