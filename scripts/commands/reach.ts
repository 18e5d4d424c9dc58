/** `gctwin reach`: what the cases of a campaign exercise. */
import { setImmediate as turn } from 'node:timers/promises';
import { draftCase } from '#fuzz/campaign/cases.ts';
import { WHOLE } from '#fuzz/campaign/plan.ts';
import { ReachMeter } from '#fuzz/feedback/reach-meter.ts';
import { missingFrom } from '#fuzz/feedback/reach.ts';
import { GENERATORS, generatorNamed } from '#fuzz/generators/registry.ts';
import type { Context } from '../cli/command.ts';
import { NO_OPERANDS, defineCommand } from '../cli/command.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { jsonFlag, printJson } from '../cli/json.ts';
import { choice, integer, list } from '../cli/kinds.ts';
import { flag, option } from '../cli/option.ts';
import { reachJson, reachLines } from '../cli/reach-report.ts';

const MIN_INT32 = -(2 ** 31);
const MAX_INT32 = 2 ** 31 - 1;
const DEFAULT_RUNS = 20_000;
const CASES_BETWEEN_LOGS = 1000;

interface Stream {
  readonly seed: number;
  readonly profile: readonly string[];
  readonly runs: number;
}

/** Runs the cases that a campaign with this seed and without feedback would run. */
async function measure({ seed, profile, runs }: Stream, { log, untilInterrupted }: Context): Promise<ReachMeter> {
  const interrupted = untilInterrupted();
  const generators = profile.map((name) => generatorNamed(name)!);
  const source = { plan: { seed, shard: WHOLE, mutations: 0 }, generators, choice: undefined };
  const meter = new ReachMeter();
  for (let caseNumber = 0; caseNumber < runs && !interrupted.aborted; caseNumber++) {
    const { origin, make } = draftCase(caseNumber, source);
    const { name } = generatorNamed(origin.generator)!.profileOf?.(origin.generatorSeed) ?? { name: origin.generator };
    meter.add(name, make());
    if ((caseNumber + 1) % CASES_BETWEEN_LOGS !== 0) continue;
    log.info(`${caseNumber + 1} of ${runs} cases`);
    await turn();
  }
  return meter;
}

export const command = defineCommand({
  name: 'reach',
  summary: 'Report what the cases of a campaign exercise, and what they never do',
  details: [
    'Runs each case once, on the drc collector under observation, and asks no oracle. Lists instructions about references,',
    'calls and exceptions, traps, the ways in which a copy may meet itself, and what the collector does, each with how often',
    'it happened and in how many cases; then what of these never happened.',
    '',
    'Shares are by profile: modules valid, no limit reached, no step trapped, and an array.copy of objects within one array',
    'between ranges that overlap or are the same. Cases are those of fuzz --mutations 0 with the same seed and profiles.',
  ].join('\n'),
  operands: NO_OPERANDS,
  options: {
    seed: option(integer(MIN_INT32, MAX_INT32), 'seed of the campaign', 1),
    runs: option(integer(1, MAX_INT32), 'cases to run', DEFAULT_RUNS),
    profile: option(list(choice(...GENERATORS.map(({ name }) => name))), 'generators to use', ['mixed']),
    strict: flag('exit with status 1 when something is at zero'),
    json: jsonFlag,
  },
  run: async ({ options }, context) => {
    const measurement = (await measure(options, context)).measurement();
    for (const line of reachLines(measurement)) context.print(line);
    if (options.json) printJson(context, reachJson(measurement));
    return options.strict && missingFrom(measurement.reach).length > 0 ? ExitCode.findings : ExitCode.ok;
  },
});
