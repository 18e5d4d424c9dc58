/** Numbers nearer to zero. */

/** Whether a value is accepted, and takes the place of the one before. */
type Attempt = (value: number) => boolean;

/** Values to try in the place of an integer at first, the simplest first. */
function muchSimpler(value: number): readonly number[] {
  return [0, 1, -1, Math.trunc(value / 2)].filter((other, i, all) => Math.abs(other) < Math.abs(value) && (other >= 0 || value < 0) && all.indexOf(other) === i);
}

/** The nearest to `refused` that is accepted, by halves. @param accepted of the same sign, and farther from zero */
function between(refused: number, accepted: number, attempt: Attempt): number {
  let [low, high] = [refused, accepted];
  while (Math.abs(high - low) > 1) {
    const middle = low + Math.trunc((high - low) / 2);
    if (attempt(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Until neither something much simpler nor the next integer is accepted. */
export function descend(value: number, attempt: Attempt): void {
  for (let at = value; at !== 0; ) {
    const simpler = muchSimpler(at).find(attempt);
    const next = at - Math.sign(at);
    if (simpler !== undefined) at = simpler;
    else if (attempt(next)) at = between(Math.trunc(at / 2), next, attempt);
    else return;
  }
}
