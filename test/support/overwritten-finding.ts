/**
 * Puts two findings into one folder in turn, until the process is killed: `node test/support/overwritten-finding.ts FOLDER`. The one has a module
 * more than the other, and each is seen by its seed and its modules.
 */
import { fileURLToPath } from 'node:url';
import type { Finding } from '#fuzz/findings/finding.ts';
import { putFinding } from '#fuzz/findings/write.ts';
import { parse } from '#wasm/text/parse.ts';
import { programOf } from './reduce.ts';

/** @param nops of the first module, as many as there are modules */
function findingWith(nops: number): Finding {
  const texts = Array.from({ length: nops }, () => `(module (func ${'nop '.repeat(nops)}))`);
  const program = { ...programOf(texts[0]!), modules: texts.map((text) => ({ name: 'm', module: parse(text) })) };
  return {
    program,
    original: program,
    failure: { oracle: 'audit', invariant: 'C1', operation: 'array.copy', holders: [], message: '' },
    fault: undefined,
    origin: { campaignSeed: 1, caseNumber: 1, generator: 'g', generatorVersion: 1, generatorSeed: nops },
    versions: { gctwin: '0', node: '26' },
    shrinking: { tries: 0, complete: false },
  };
}
export const ALTERNATIVES: readonly Finding[] = [findingWith(1), findingWith(2)];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (let i = 0; ; i++) putFinding(process.argv[2]!, ALTERNATIVES[i % ALTERNATIVES.length]!);
}
