/** Names of operations, for faults that lie in what several of them share. */

/** They give cells what they hold from the beginning. */
export const INITIALISING: readonly string[] = [
  'struct.new',
  'array.new',
  'array.new_fixed',
  'array.new_elem',
  'throw',
  'table.grow',
  'constant expression',
  'global initialiser',
  'passive element segment',
  'table initialiser',
  'growTable',
];
/** They put something else into cells. */
export const WRITING: readonly string[] = [
  'global.set',
  'struct.set',
  'array.set',
  'array.fill',
  'array.copy',
  'array.init_elem',
  'table.set',
  'table.fill',
  'table.copy',
  'table.init',
  'active element segment',
  'setGlobal',
  'setTable',
];
/** They make arrays. */
export const ARRAY_MAKING: readonly string[] = ['array.new', 'array.new_default', 'array.new_fixed', 'array.new_data', 'array.new_elem'];
/** They make objects of any kind. */
export const ALLOCATING: readonly string[] = ['struct.new', 'struct.new_default', ...ARRAY_MAKING, 'throw'];
/** What constant expressions make objects with. */
export const CONSTANT_ALLOCATING: readonly string[] = ['struct.new', 'struct.new_default', 'array.new', 'array.new_default', 'array.new_fixed', 'constant expression'];
/** Calls that may lead to a function of the host. */
export const CALLING: readonly string[] = ['call', 'call_indirect', 'call_ref', 'return_call', 'return_call_indirect', 'return_call_ref'];
/** An object may lose its last owner. */
export const RELEASING: readonly string[] = [...WRITING, 'elem.drop', ...CALLING, 'release', 'failed instance', 'collection', 'renew', 'exit'];
/** What a collection does by itself: it marks what stacks hold, sweeps, and lets objects die. */
export const COLLECTING: readonly string[] = ['collection'];
/** They ask for the type of a reference. */
export const TESTING: readonly string[] = ['ref.test', 'ref.cast', 'br_on_cast', 'br_on_cast_fail'];
