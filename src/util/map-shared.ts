/**
 * `list.map(change)`, but the list itself when nothing changes: so that what is derived from immutable data shares all
 * that is alike, and a comparison by identity tells whether anything is different.
 */
export function mapShared<T>(list: readonly T[], change: (item: T, index: number) => T): readonly T[] {
  let changed: T[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = change(list[i]!, i);
    if (item === list[i]) continue;
    changed ??= [...list];
    changed[i] = item;
  }
  return changed ?? list;
}

/** `list.filter(keep)`, but the list itself when all is kept. */
export function filterShared<T>(list: readonly T[], keep: (item: T, index: number) => boolean): readonly T[] {
  const kept = list.filter(keep);
  return kept.length === list.length ? list : kept;
}

/** The object with these fields, but the object itself when it has them already. */
export function withShared<T extends object>(object: T, fields: Partial<T>): T {
  for (const key of Object.keys(fields) as (keyof T)[]) if (fields[key] !== object[key]) return { ...object, ...fields };
  return object;
}
