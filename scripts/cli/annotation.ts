/**
 * Annotations of GitHub Actions: lines of standard output that show up beside the file they name.
 * Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions; escapes as in actions/toolkit, `command.ts`.
 */
export type Level = 'error' | 'warning' | 'notice';

/** Whether anybody reads them. */
export function readsAnnotations(): boolean {
  return process.env['GITHUB_ACTIONS'] === 'true';
}

function escaped(text: string, more: Readonly<Record<string, string>> = {}): string {
  const escapes: Readonly<Record<string, string>> = { '%': '%25', '\r': '%0D', '\n': '%0A', ...more };
  return text.replace(/[%\r\n:,]/g, (character) => escapes[character] ?? character);
}

/** One line, whatever is in the texts. @param file relative to the repository */
export function annotation(level: Level, file: string, title: string, message: string): string {
  const property = (text: string): string => escaped(text, { ':': '%3A', ',': '%2C' });
  return `::${level} file=${property(file)},title=${property(title)}::${escaped(message)}`;
}
