/** How many letters must be added, taken away or replaced to get from one word to another (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The words nearest to one that was meant to be among them, at most three; none that have nothing to do with it. */
export function nearest(word: string, words: readonly string[]): readonly string[] {
  const near = words
    .map((candidate) => ({ candidate, distance: candidate.includes(word) ? 0 : editDistance(word, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(word.length, candidate.length) / 2);
  return near.sort((a, b) => a.distance - b.distance).slice(0, 3).map(({ candidate }) => candidate);
}
