/** Comments of text formats: each line behind a mark. */

/** @param mark such as `;;` @param lines in which newlines become spaces, since they would end the comment */
export function comment(mark: string, lines: readonly string[]): string {
  return lines.map((line) => `${mark} ${line}`.trimEnd().replaceAll(/[\r\n]+/g, ' ')).join('\n');
}
