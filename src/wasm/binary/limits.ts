/**
 * What this implementation accepts at most (spec: Appendix / Implementation Limitations). Everything else that a
 * module can hold takes at least a byte of it; these are the places where few bytes ask for much.
 */

/** Locals of one function, its parameters not counted; V8 has the same figure. */
export const MAX_FUNCTION_LOCALS = 50_000;
/** Locals of all functions of a module together. */
export const MAX_MODULE_LOCALS = 1_000_000;
/** Type indices inside a reference type: they share a 32-bit integer with other information. */
export const MAX_TYPE_INDEX = 1_000_000;
