/**
 * The 24-byte object header of the DRC collector, as positions of its 32-bit words.
 *
 * Word 0 holds the kind in its top 6 bits and the two flags. The count has two words, of which the upper
 * one is always 0 here, since a count is bounded by the number of slots.
 */
export const DRC_HEADER_BYTES = 24;

export const HEADER_WORD = 0;
export const TYPE_WORD = 1;
export const COUNT_WORD = 2;
export const COUNT_HIGH_WORD = 3;
/** Next member of the stack-root list; has a meaning only while `LISTED` is set. */
export const NEXT_WORD = 4;
/** Bytes of the object, header included, unrounded. */
export const BYTES_WORD = 5;

/** Member of the stack-root list. Bit 0, because the poison has it clear: poison is never taken for listed. */
export const LISTED = 1;
/** Found on a stack by the collection that is running. */
export const MARKED = 2;
