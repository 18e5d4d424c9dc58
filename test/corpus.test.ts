/** Every entry of the corpus, through the same matrix as `gctwin replay`. */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '#fuzz/faults/registry.ts';
import { loadReaders } from '#fuzz/oracles/readers.ts';
import { readEntry } from '#fuzz/program/entry.ts';
import { findReplayables } from '#fuzz/replay/find.ts';
import { PairCourt } from '#fuzz/replay/pair-court.ts';
import { replay } from '#fuzz/replay/replay.ts';
import { encode } from '#wasm/binary/encode.ts';
import { decode } from '#wasm/binary/decode.ts';
import { parse } from '#wasm/text/parse.ts';

const corpus = fileURLToPath(new URL('../corpus', import.meta.url));
const readers = await loadReaders();
const entries = findReplayables(corpus).map((found) => ({ ...found, place: relative(corpus, found.path) }));

describe('the corpus', () => {
  it.each(entries)('passes: $place', async (found) => {
    const { status, result, details } = await replay(found, { readers, court: new PairCourt(), paths: new Map() });
    expect(status, [result, ...details].join('\n')).not.toBe('failed');
  });

  it('has an entry for each planted bug, which names it if it can be caught', () => {
    const named = new Map(entries.map(({ path }) => [basename(path), readEntry(path).fault]));
    const wanted = FAULTS.map(({ slug, caughtBy }) => [slug, caughtBy.length > 0 ? slug : undefined]);
    expect(wanted.map(([slug]) => [slug, named.get(slug!)])).toEqual(wanted);
    expect(wanted.filter(([slug]) => !named.has(slug!))).toEqual([]);
  });

  it('keeps bytes only where text does not give them', () => {
    const needless = entries.flatMap(({ path }) =>
      readdirSync(path)
        .filter((file) => file.endsWith('.wasm'))
        .filter((file) => {
          const text = encode(parse(readFileSync(join(path, file.replace(/wasm$/, 'wat')), 'utf8')));
          return Buffer.from(text).equals(encode(decode(readFileSync(join(path, file)))));
        }),
    );
    expect(needless).toEqual([]);
  });
});
