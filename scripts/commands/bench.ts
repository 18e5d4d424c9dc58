/** `gctwin bench`: the benchmarks, each against a baseline measured in the same run. */
import type { Bench, BenchResult } from '#bench/result.ts';
import { BenchError } from '#bench/result.ts';
import { defineCommand } from '../cli/command.ts';
import { InputError, UsageError } from '../cli/errors.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { jsonFlag, printJson } from '../cli/json.ts';

function line({ name, value, unit, baseline, ratio, aim }: BenchResult): string {
  const figures = `${value.toPrecision(4)} ${unit} against ${baseline.value.toPrecision(4)} ${unit} of ${baseline.name}`;
  return `${name}: ${figures}, ratio ${ratio.toPrecision(3)}${aim === undefined ? '' : ` (${aim})`}`;
}

/** @throws InputError when something it needs is not there */
async function measure(bench: Bench): Promise<readonly BenchResult[]> {
  try {
    return await bench.run();
  } catch (error) {
    if (error instanceof BenchError) throw new InputError(`${bench.name}: ${error.message}`, { cause: error });
    throw error;
  }
}

export const command = defineCommand({
  name: 'bench',
  summary: 'Measure the runtime and the fuzzing loop against other engines',
  details: [
    'NAME is a benchmark; without one all run. Times are medians; the ratio to the baseline of the same run is',
    'what to quote, because machines differ and drift.',
  ].join('\n'),
  operands: { usage: '[NAME..]', min: 0, max: Number.POSITIVE_INFINITY },
  options: { json: jsonFlag },
  run: async ({ options, operands }, context) => {
    const { BENCHES } = await import('#bench/registry.ts');
    const unknown = operands.find((name) => !BENCHES.some((bench) => bench.name === name));
    if (unknown !== undefined) {
      throw new UsageError(`there is no benchmark ${unknown}; there are ${BENCHES.map(({ name }) => name).join(', ')}`);
    }
    const chosen = BENCHES.filter(({ name }) => operands.length === 0 || operands.includes(name));
    const results: BenchResult[] = [];
    for (const bench of chosen) {
      context.log.info(`running ${bench.name}`);
      const measured = await measure(bench);
      for (const one of measured) context.print(line(one));
      results.push(...measured);
    }
    if (options.json) printJson(context, { results });
    return ExitCode.ok;
  },
});
