/** Numbers nearer to zero. */

/** Values to try in the place of an integer, the simplest first. */
function simpler(value: number): readonly number[] {
  return [0, 1, -1, Math.trunc(value / 2), value - Math.sign(value)].filter(
    (other, i, all) => Math.abs(other) < Math.abs(value) && (other >= 0 || value < 0) && all.indexOf(other) === i,
  );
}

/** Until nothing simpler is accepted. */
export function descend(value: number, attempt: (value: number) => boolean): void {
  for (let at: number | undefined = value; at !== undefined; ) at = simpler(at).find(attempt);
}
