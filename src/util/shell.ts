/** Command lines that people paste into a shell. */

/** A word as a POSIX shell reads it. */
export function shellWord(word: string): string {
  return /^[\w./@+=:,%-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** @param environment variables that it is to have */
export function shellCommand(words: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${shellWord(value)}`);
  return [...variables, ...words.map(shellWord)].join(' ');
}
