import { describe, expect, it } from 'vitest';
import { ReachMeter } from '#fuzz/feedback/reach-meter.ts';
import { mutate } from '#fuzz/mutators/mutate.ts';
import type { Program } from '#fuzz/program/program.ts';
import { packProgram } from '#fuzz/program/record.ts';
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Bias } from './bias.ts';
import { Random } from './random.ts';
import { generatorNamed } from './registry.ts';

const CASES = 60;
const selfCopy = generatorNamed('self-copy')!;
const heapGraph = generatorNamed('heap-graph')!;
const tables = generatorNamed('tables-and-globals')!;

/** Cases of so many in which an `array.copy` moved objects between ranges of one array that overlap. */
function selfCopying(make: (seed: number) => Program): number {
  const meter = new ReachMeter();
  for (let seed = 0; seed < CASES; seed++) meter.add('any', make(seed));
  return meter.measurement().shares['any']!.selfCopying;
}
const drawn = (without: readonly Bias[]) => (seed: number): Program => selfCopy.generate(seed, without);

/** Copies whose two arrays are read from one local, with constants for the ranges. */
function writtenSelfCopies({ modules }: Program): number {
  const bodies = modules.flatMap(({ module }) => module.functions.map(({ body }) => body));
  const isCopy = (body: Expr, at: number): boolean => {
    const [array, , source] = body.slice(at - 5, at);
    return body[at]!.op === Op['array.copy'] && array?.op === Op['local.get'] && source?.op === Op['local.get'] && array.local === source.local;
  };
  return bodies.reduce((sum, body) => sum + body.filter((_, at) => isCopy(body, at)).length, 0);
}

describe('without aliasing', () => {
  it('arrays are copied onto themselves by chance only', () => {
    const [biased, neutral] = [selfCopying(drawn([])), selfCopying(drawn(['aliasing']))];
    expect(biased).toBeGreaterThan(CASES / 2);
    expect(neutral).toBeLessThan(biased / 2);
  });

  it('mutations insert copies of an array onto itself by chance only', () => {
    const parents = Array.from({ length: 10 }, (_, seed) => heapGraph.generate(seed));
    const copies = (without: readonly Bias[]): number => {
      let sum = 0;
      for (let seed = 0; seed < 200; seed++) {
        const parent = parents[seed % parents.length]!;
        sum += writtenSelfCopies(mutate(parent, new Random(seed), () => undefined, without)) - writtenSelfCopies(parent);
      }
      return sum;
    };
    const biased = copies([]);
    expect(biased).toBeGreaterThan(3);
    expect(copies(['aliasing'])).toBeLessThan(biased / 2);
  });

  it.each([selfCopy, tables])('$name is as reproducible as with it', (generator) => {
    for (let seed = 0; seed < 5; seed++) {
      expect(packProgram(generator.generate(seed, ['aliasing']))).toEqual(packProgram(generator.generate(seed, ['aliasing'])));
      expect(packProgram(generator.generate(seed, []))).toEqual(packProgram(generator.generate(seed)));
    }
  });
});
