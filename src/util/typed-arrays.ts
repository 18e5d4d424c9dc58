/**
 * A typed array of up to 64 bytes lies in the heap of the JavaScript engine. A larger one has its memory from elsewhere, which takes
 * forty times as long to get, and a thread to give back. What is made anew for each store or each module, and mostly stays small,
 * starts with so many words and doubles.
 * Source: `kMaxSizeInHeap` of V8's JSTypedArray.
 */
export const INLINE_WORDS = 16;

/** A copy with twice the room. */
export function doubled(words: Int32Array): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * words.length);
  more.set(words);
  return more;
}
