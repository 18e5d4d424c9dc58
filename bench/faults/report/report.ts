/** Writes the report: a page of documentation, all numbers, and the plots. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportHtml } from './html.ts';
import { reportMarkdown } from './markdown.ts';
import type { Summary } from './summary.ts';

const NAME = 'kill-matrix';

/**
 * @param command that makes it again, for readers
 * @returns paths of what was written; errors of the file system pass
 */
export function writeReport(summary: Summary, folder: string, command: string): readonly string[] {
  const files = [
    [`${NAME}.md`, reportMarkdown(summary, command)],
    [`${NAME}.json`, `${JSON.stringify(summary, undefined, 1)}\n`],
    [`${NAME}.html`, reportHtml(summary)],
  ] as const;
  mkdirSync(folder, { recursive: true });
  return files.map(([name, contents]) => {
    const path = join(folder, name);
    writeFileSync(path, contents);
    return path;
  });
}
