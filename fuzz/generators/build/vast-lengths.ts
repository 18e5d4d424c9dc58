/**
 * Lengths of arrays that no heap holds. What an engine reckons with is a size in bytes: length times bytes of an element, a header, rounded up, and
 * an address added. Each of these steps can leave 32 bits, so sizes are drawn around the multiples of 2^32, and around 2^31, where
 * numbers with a sign turn.
 */
import { PackedType, ValType, isRefType } from '#wasm/syntax/types.ts';
import type { StorageType } from '#wasm/syntax/types.ts';
import type { Random } from '../random.ts';

const TWO_TO_31 = 2 ** 31;
const TWO_TO_32 = 2 ** 32;
/** Before a multiple of 2^32: what rounding up, a header, an address in a young heap and one in an older heap take to get there. */
const DISTANCES = [16, 64, 1024, 65_536];
/** Behind it: a product that has wrapped and looks small. */
const MAX_BEYOND = 64;

/** Bytes of an element, as engines with references of 32 bits lay it out. */
function elementBytes(storage: StorageType): number {
  if (isRefType(storage)) return 4;
  switch (storage) {
    case PackedType.i8:
      return 1;
    case PackedType.i16:
      return 2;
    case ValType.i32:
    case ValType.f32:
      return 4;
    case ValType.v128:
      return 16;
    default:
      return 8;
  }
}

/** A length as an i32, for an array of such elements: about 2^31 bytes or more. */
export function vastLength(random: Random, storage: StorageType): number {
  const width = elementBytes(storage);
  const limit = random.weighted([[1, TWO_TO_31], [4, TWO_TO_32], [3, TWO_TO_32 * random.int(1, width)]]);
  const bytes = limit + random.int(-random.pick(DISTANCES), MAX_BEYOND);
  return Math.min(TWO_TO_32 - 1, Math.floor(bytes / width)) | 0;
}
