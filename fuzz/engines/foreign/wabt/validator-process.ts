/** Process in which wabt validates modules, one case a line. Usage: node validator-process.ts PATH, the path being that of wabt's index.js. */
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { WABT_FEATURES } from '#fuzz/program/wabt-features.ts';
import { ANSWER_MARK } from '../process/child.ts';

/** What it says of a module. It does not tell a module that it does not understand from one that is malformed. */
export type WabtOpinion = { readonly kind: 'unread' } | { readonly kind: 'valid' } | { readonly kind: 'invalid'; readonly reason: string };

const { default: makeWabt } = (await import(pathToFileURL(process.argv[2]!).href)) as { default: typeof import('wabt') };
const wabt = await makeWabt();

function opinion(bytes: Uint8Array): WabtOpinion {
  let module: ReturnType<typeof wabt.readWasm>;
  try {
    module = wabt.readWasm(bytes, WABT_FEATURES);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    return { kind: 'unread' };
  }
  try {
    module.validate();
    return { kind: 'valid' };
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    return { kind: 'invalid', reason: String(error instanceof Error ? error.message : error) };
  } finally {
    module.destroy();
  }
}

process.stdout.write(`${ANSWER_MARK}ready\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const modules = JSON.parse(line) as readonly string[];
  process.stdout.write(`${ANSWER_MARK}${JSON.stringify(modules.map((text) => opinion(new Uint8Array(Buffer.from(text, 'base64')))))}\n`);
}
process.exit(0);
