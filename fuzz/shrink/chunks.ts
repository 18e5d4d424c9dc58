/**
 * Removes from a list whatever can be removed: long runs first, then halves of them, down to single items; at each length
 * from the end, because what comes later depends on what comes earlier. Source: delta debugging, Zeller and Hildebrandt.
 *
 * @param attempt whether the list may be replaced by the shorter one
 * @param grain no runs shorter than this share of the list
 * @returns what is left
 */
export function dropChunks<T>(items: readonly T[], attempt: (kept: readonly T[]) => boolean, grain = 0): readonly T[] {
  const shortest = Math.max(1, Math.ceil(items.length * grain));
  let kept = items;
  for (let length = kept.length; length > 0; length = length <= shortest ? 0 : Math.max(shortest, Math.ceil(length / 2))) {
    for (let end = kept.length; end > 0; end -= length) {
      const shorter = [...kept.slice(0, Math.max(0, end - length)), ...kept.slice(end)];
      if (attempt(shorter)) kept = shorter;
    }
  }
  return kept;
}
