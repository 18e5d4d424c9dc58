/** Every corpus entry on every engine at home, as it is and under collections at every safe point. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Engine } from '#fuzz/engines/engine.ts';
import { drcEngine, nullEngine } from '#fuzz/engines/interpreter.ts';
import { v8Engine } from '#fuzz/engines/v8.ts';
import { readEntry } from '#fuzz/program/entry.ts';
import type { Program } from '#fuzz/program/program.ts';

const corpus = fileURLToPath(new URL('../corpus', import.meta.url));
const folders = ['seeds', 'regressions'].flatMap((group) => {
  const folder = join(corpus, group);
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
});

const ENGINES: readonly Engine[] = [
  drcEngine({ audit: 'safePoints', integrity: true }),
  nullEngine({ audit: 'safePoints', integrity: true }),
  v8Engine(),
];

function* variants(program: Program): Generator<Program> {
  for (const drops of ['immediate', 'deferred'] as const) {
    for (const zeal of [0, 1, 3]) {
      yield { ...program, schedule: { ...program.schedule, zeal }, collector: { ...program.collector, drops } };
    }
  }
}

describe.each(folders)('%s', (folder) => {
  const entry = readEntry(folder);
  it.each(ENGINES)('behaves as expected on $name', (engine) => {
    for (const program of variants(entry.program)) {
      expect(engine.run(program).outcomes).toEqual(entry.expected);
    }
  });
});
