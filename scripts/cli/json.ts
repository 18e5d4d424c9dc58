/** `--json`: one object, the last line of standard output. */
import type { Context } from './command.ts';
import { flag, type Option } from './option.ts';

export const jsonFlag: Option<boolean> = flag('print one JSON object as the last line of standard output');

/** Callers print nothing after it. */
export function printJson(context: Context, value: object): void {
  context.print(JSON.stringify(value));
}
