/** `gctwin bench`: the benchmarks, each against a baseline measured in the same run. */
import type { Bench, BenchRequest, BenchResult } from '#bench/result.ts';
import { BenchError } from '#bench/result.ts';
import { defineCommand } from '../cli/command.ts';
import { InputError, UsageError } from '../cli/errors.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { jsonFlag, printJson } from '../cli/json.ts';
import { commandLine, list, ratio, seconds, text } from '../cli/kinds.ts';
import { option, repeated } from '../cli/option.ts';

const DEFAULT_MAX_SECONDS = 600;

function line({ name, value, unit, baseline, ratio, aim }: BenchResult): string {
  const figures = `${value.toPrecision(4)} ${unit} against ${baseline.value.toPrecision(4)} ${unit} of ${baseline.name}`;
  return `${name}: ${figures}, ratio ${ratio.toPrecision(3)}${aim === undefined ? '' : ` (${aim})`}`;
}

/** @throws InputError when something it needs is not there */
async function measure(bench: Bench, request: BenchRequest): Promise<readonly BenchResult[]> {
  try {
    return await bench.run(request);
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
    'what to quote, because machines differ and drift. The kill matrix is a command of its own: gctwin bench faults --help.',
    '',
    'engines runs cases on every engine that is there; GCTWIN_WASMTIME and so on say where.',
    '',
    'minimize sets gctwin minimize beside other reducers, on the same modules and with the same test. Each is given by its',
    'command line, in which {input} and {output} stand for files, {test} for a program that gets a file and ends with',
    'status 0 if it is interesting, and {candidate} for a file of its own. For those of Binaryen and wasm-tools:',
    '',
    "  gctwin bench minimize \\",
    "    --against 'wasm-reduce -b /usr/bin -to 60 -ef \"-all --disable-custom-descriptors\" {input} -t {candidate} -w {output} \\",
    "               --command \"{test} {candidate}\"' \\",
    "    --against 'wasm-tools shrink {test} {input} -o {output}'",
    '',
    'where -b names the folder that wasm-opt is in, and -ef keeps it from writing types that are no standard yet. Some take',
    'hours: who is not done after --max-time, or after --max-ratio times the time that gctwin took, counts with what it has',
    'until then, and its time as a lower bound.',
  ].join('\n'),
  operands: { usage: '[NAME..]', min: 0, max: Number.POSITIVE_INFINITY },
  options: {
    against: repeated(commandLine, 'minimize: another reducer'),
    'max-time': option(seconds, 'minimize: end a reducer after so long with an input', DEFAULT_MAX_SECONDS),
    'max-ratio': option(ratio, 'minimize: end another reducer after so many times the time that gctwin took for the input'),
    inputs: option(list(text('NAME')), 'minimize: only these inputs, or those whose names begin so', []),
    json: jsonFlag,
  },
  run: async ({ options, operands }, context) => {
    const { BENCHES } = await import('#bench/registry.ts');
    const unknown = operands.find((name) => !BENCHES.some((bench) => bench.name === name));
    if (unknown !== undefined) {
      throw new UsageError(`there is no benchmark ${unknown}; there are ${BENCHES.map(({ name }) => name).join(', ')}`);
    }
    const chosen = BENCHES.filter(({ name }) => operands.length === 0 || operands.includes(name));
    const results: BenchResult[] = [];
    const rows: object[] = [];
    const request: BenchRequest = {
      against: options.against,
      maxSeconds: options['max-time'],
      maxRatio: options['max-ratio'] ?? Number.POSITIVE_INFINITY,
      inputs: options.inputs,
      note: (text, row) => {
        context.print(text);
        if (row !== undefined) rows.push(row);
      },
    };
    for (const bench of chosen) {
      context.log.info(`running ${bench.name}`);
      const measured = await measure(bench, request);
      for (const one of measured) context.print(line(one));
      results.push(...measured);
    }
    if (options.json) printJson(context, { results, ...(rows.length > 0 && { rows }) });
    return ExitCode.ok;
  },
});
