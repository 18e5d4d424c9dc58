/**
 * Shrinking in process: candidates per second, and how the time grows with the input, when one case that shows a planted bug is
 * among more and more others. Against decoding, validating and running the input, which is what the first candidate costs at least.
 */
import { moduleProgram } from '#fuzz/minimize/default-program.ts';
import { shrink } from '#fuzz/shrink/shrink.ts';
import { decode } from '#wasm/binary/decode.ts';
import { countInstructions } from '#wasm/syntax/size.ts';
import { validate } from '#wasm/valid/validate.ts';
import { compare } from './measure.ts';
import type { Evidence } from './minimize/evidence.ts';
import { evidenceOf } from './minimize/evidence.ts';
import type { Input } from './minimize/inputs.ts';
import { growing } from './minimize/inputs.ts';
import type { Bench, BenchRequest, BenchResult } from './result.ts';
import { result } from './result.ts';

/** Cases that an input consists of. */
const COUNTS = [1, 2, 4, 8, 16, 32];
const ROUNDS = 3;
const WARM_UP = 1;

interface Growth {
  readonly cases: number;
  readonly bytes: number;
  readonly instructions: number;
  readonly tries: number;
  /** Of shrinking from start to end. */
  readonly ms: number;
  /** Of the input once: decoded, validated and run. */
  readonly onceMs: number;
}

function measure({ bytes, signature }: Input, cases: number, evidence: Evidence): Growth {
  const program = moduleProgram(decode(bytes));
  let [tries, instructions] = [0, 0];
  const shrinkIt = (): void => {
    const shrunk = shrink(program, ({ modules }) => evidence(modules[0]!.module) === signature, { maxTries: Number.POSITIVE_INFINITY });
    [tries, instructions] = [shrunk.tries, countInstructions(shrunk.program.modules[0]!.module)];
  };
  const runIt = (): void => {
    const module = decode(bytes);
    validate(module);
    evidence(module);
  };
  const [ms, onceMs] = compare([shrinkIt, runIt], ROUNDS, WARM_UP) as [number, number];
  return { cases, bytes: bytes.length, instructions, tries, ms, onceMs };
}

async function run({ note }: BenchRequest): Promise<readonly BenchResult[]> {
  const inputs = growing(COUNTS);
  const evidence = evidenceOf(inputs[0]!.fault);
  const growth = inputs.map((input, i) => measure(input, COUNTS[i]!, evidence));
  for (const row of growth) {
    const { cases, bytes, instructions, tries, ms } = row;
    note(`shrink: ${cases} cases, ${bytes} bytes, down to ${instructions} instructions: ${tries} tries in ${(ms / 1000).toFixed(2)} s, ${Math.round((1000 * tries) / ms)}/s`, row);
  }
  const [alone] = growth as [Growth];
  return [
    ...growth.map(({ cases, tries, ms, onceMs }) => {
      return result(`shrink: candidates of ${cases} cases`, (1000 * tries) / ms, '1/s', { name: 'decoding, validating and running the input', value: 1000 / onceMs });
    }),
    ...growth.slice(1).map(({ cases, bytes, ms }) => {
      return result(`shrink: ${cases} cases, ${(bytes / alone.bytes).toFixed(1)} times the bytes`, ms, 'ms', { name: 'one case', value: alone.ms });
    }),
  ];
}

export const bench: Bench = { name: 'shrink', run };
