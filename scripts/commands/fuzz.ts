/** `gctwin fuzz`: a campaign on the twins. */
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runCampaign } from '#fuzz/campaign/campaign.ts';
import { openState } from '#fuzz/campaign/open-state.ts';
import type { Pair } from '#fuzz/campaign/pairing.ts';
import type { Plan, Shard } from '#fuzz/campaign/plan.ts';
import { EPOCH_CASES, MUTATIONS, WHOLE } from '#fuzz/campaign/plan.ts';
import { StateError, StateInUseError } from '#fuzz/campaign/state.ts';
import { ALL_ORACLES } from '#fuzz/campaign/twins.ts';
import type { Finding, Versions } from '#fuzz/findings/finding.ts';
import { GENERATORS, generatorNamed } from '#fuzz/generators/registry.ts';
import type { OracleName } from '#fuzz/oracles/verdict.ts';
import { ORACLE_NAMES, signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Bounds } from '../cli/campaign-report.ts';
import { progressLine, progressPanel, summaryJson, summaryLines } from '../cli/campaign-report.ts';
import type { Context } from '../cli/command.ts';
import { defineCommand } from '../cli/command.ts';
import { DEFAULT_CRASHES, STATE_FILE, requireWritableFolder } from '../cli/crashes.ts';
import { UsageError } from '../cli/errors.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { faultKind } from '../cli/fault.ts';
import { asNamedInput } from '../cli/input.ts';
import { jsonFlag, printJson } from '../cli/json.ts';
import { pairFrom, pairOptions, requirePlantable, suppressionsIn } from '../cli/engines.ts';
import { choice, integer, list, seconds, share, text } from '../cli/kinds.ts';
import { version } from '../cli/main.ts';
import type { Kind, Values } from '../cli/option.ts';
import { flag, option, repeated } from '../cli/option.ts';
import { saveFinding, saveSighting } from '../cli/save-finding.ts';
import { StatusPanel } from '../cli/status-panel.ts';
import { checkUsable } from '../engines/try-out.ts';

const MIN_INT32 = -(2 ** 31);
const MAX_INT32 = 2 ** 31 - 1;
const DEFAULT_SECONDS = 60;
const MAX_WORKERS = 1024;
const DEFAULT_PROFILE = 'mixed';

const shardKind: Kind<Shard> = {
  placeholder: 'I/N',
  wants: 'a part and how many there are, such as 1/4',
  parse: (text) => {
    const [, index, count] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
    return index !== undefined && count !== undefined && index >= 1 && index <= count ? { index, count } : undefined;
  },
};

const fuzzOptions = {
  seed: option(integer(MIN_INT32, MAX_INT32), 'seed of the campaign; default a fresh one, which is printed'),
  runs: option(integer(1, MAX_INT32), 'cases to run, those before --resume included'),
  'max-total-time': option(seconds, 'end when so many seconds have passed'),
  profile: option(list(choice(...GENERATORS.map(({ name }) => name))), `generators to use; default ${generatorNamed(DEFAULT_PROFILE) === undefined ? 'all' : DEFAULT_PROFILE}`),
  workers: option(integer(1, MAX_WORKERS), 'worker processes; default one for each core'),
  shard: option(shardKind, 'run the I-th of N parts of the campaign; merge joins their results'),
  mutations: option(share, `share of the cases that are mutations of those that reached something new; default ${MUTATIONS}, 0 for no feedback`),
  fault: option(faultKind, 'plant this bug; with --subject, drc must be among the engines'),
  ...pairOptions,
  crashes: option(text('DIR'), 'where findings go', DEFAULT_CRASHES),
  state: option(text('FILE'), `where the campaign is kept while it runs; default ${STATE_FILE} in the folder of findings`),
  resume: flag('go on with the campaign in the state file, if there is one'),
  oracle: repeated(choice(...ORACLE_NAMES), 'only this oracle may speak; not with --subject'),
  'no-oracle': repeated(choice(...ORACLE_NAMES), 'this oracle may not speak; audits do not look then, and a case that another would have ended is inconclusive; not with --subject'),
  json: jsonFlag,
} as const;
type FuzzOptions = Values<typeof fuzzOptions>;

/** Those that are named, or all; less those that are ruled out. @throws UsageError when nobody is left to speak */
function chosenOracles({ oracle, 'no-oracle': without }: FuzzOptions): readonly OracleName[] {
  const chosen = new Set(oracle.length === 0 ? ALL_ORACLES : oracle);
  for (const name of without) chosen.delete(name);
  if (chosen.size === 0) throw new UsageError('--oracle and --no-oracle together leave no oracle that may speak');
  return [...chosen];
}

/** Engines of others are judged by what all of them can show, whatever the oracles of the twins would say. @throws UsageError */
function refuseOracles({ oracle, 'no-oracle': without, subject, reference }: FuzzOptions): void {
  if (subject === undefined && reference === undefined) return;
  const refused = oracle.length > 0 ? '--oracle' : without.length > 0 ? '--no-oracle' : undefined;
  if (refused !== undefined) throw new UsageError(`${refused} is for the twins; the engines that --subject names are only compared, so leave one of the two out`);
}

function defaultProfiles(): readonly string[] {
  return generatorNamed(DEFAULT_PROFILE) === undefined ? GENERATORS.map(({ name }) => name) : [DEFAULT_PROFILE];
}

/** @param stored tells of known bugs, too, where the command line does not @throws UsageError, InputError */
function pairOf({ suppress }: FuzzOptions, pair: Pair | undefined, stored: Plan | undefined): Pair | undefined {
  const engines = pair ?? stored?.pair;
  if (suppress === undefined) return engines && { ...engines, suppressions: stored?.pair?.suppressions ?? [] };
  if (engines === undefined) throw new UsageError('--suppress needs a --subject');
  return pair ?? { ...engines, suppressions: suppressionsIn(suppress) };
}

/** What the command line asks for; where it says nothing, what the stored plan says. @throws UsageError, InputError */
function planFrom(options: FuzzOptions, pair: Pair | undefined, stored: Plan | undefined): Plan {
  const saysOracles = options.oracle.length + options['no-oracle'].length > 0;
  return {
    seed: options.seed ?? stored?.seed ?? randomInt(MIN_INT32, MAX_INT32 + 1),
    profiles: options.profile ?? stored?.profiles ?? defaultProfiles(),
    fault: options.fault ?? stored?.fault,
    oracles: stored === undefined || saysOracles ? chosenOracles(options) : stored.oracles,
    shard: options.shard ?? stored?.shard ?? WHOLE,
    epochCases: stored?.epochCases ?? EPOCH_CASES,
    mutations: options.mutations ?? stored?.mutations ?? MUTATIONS,
    pair: pairOf(options, pair, stored),
  };
}

function open(options: FuzzOptions, pair: Pair | undefined, versions: Versions, context: Context): ReturnType<typeof openState> {
  const path = options.state ?? join(options.crashes, STATE_FILE);
  const rescue = (finding: Finding): void => saveSighting(finding, options.crashes, context);
  const openOptions = { versions, resume: options.resume, planFor: (stored: Plan | undefined) => planFrom(options, pair, stored), rescue };
  return asNamedInput([StateError], () => {
    try {
      return openState(path, openOptions);
    } catch (error) {
      // Whoever did not name the file does not care which it is.
      if (!(error instanceof StateInUseError) || options.state !== undefined || options.resume) throw error;
      const own = join(options.crashes, STATE_FILE.replace('.', `-${process.pid}.`));
      context.log.warn(`${error.message}; this one is kept in ${own}`);
      return openState(own, openOptions);
    }
  });
}

function boundsOf(options: FuzzOptions): Bounds {
  const unbounded = options.runs === undefined && options['max-total-time'] === undefined;
  return {
    runs: options.runs ?? Number.POSITIVE_INFINITY,
    maxTimeMs: 1000 * (options['max-total-time'] ?? (unbounded ? DEFAULT_SECONDS : Number.POSITIVE_INFINITY)),
  };
}

async function run(options: FuzzOptions, context: Context): Promise<ExitCode> {
  refuseOracles(options);
  requireWritableFolder(options.crashes);
  // What is known may be told anew of the engines that a campaign goes on with.
  const pair = await pairFrom(options.resume && options.subject === undefined ? { ...options, suppress: undefined } : options);
  requirePlantable(options.fault, pair);
  const versions = { gctwin: version(), node: process.version };
  const interrupted = context.untilInterrupted();
  if (pair !== undefined) await checkUsable(pair);
  const { state, plan } = open(options, pair, versions, context);
  if (pair === undefined && plan.pair !== undefined) await checkUsable(plan.pair);
  try {
    const { seed, shard, profiles, fault } = plan;
    const bounds = boundsOf(options);
    const status = new StatusPanel(context.log);
    const title = `seed ${seed}, ${profiles.join(' ')}${shard.count === 1 ? '' : `, shard ${shard.index}/${shard.count}`}`;
    context.print(`seed ${seed}`);
    const { cases } = state.progress;
    if (cases > 0) context.print(`going on after ${cases} cases`);
    const report = await runCampaign({
      plan,
      versions,
      state,
      workers: options.workers ?? availableParallelism(),
      ...bounds,
      stopAtFirstFinding: fault !== undefined && options.runs === undefined,
      interrupted,
      onSighting: (finding) => saveSighting(finding, options.crashes, context),
      onFinding: (finding) => {
        status.clear();
        saveFinding(finding, options.crashes, context);
      },
      onGivenUp: (finding, { how, lastWords }) => {
        status.clear();
        context.log.warn([`shrinking is given up, for its process dies of it: ${signatureOf(finding.failure)}: ${how}`, ...lastWords.split('\n').filter(Boolean)].join('\n  '));
      },
      onProgress: (progress) => status.update({ panel: () => progressPanel(title, progress, bounds), line: () => progressLine(progress) }),
    });
    status.clear();
    const findings = state.findings().filter((found) => found.cases > 0);
    for (const line of summaryLines(report.progress, findings.length, report.coverage)) context.print(line);
    if (options.json) printJson(context, { seed, ...summaryJson(report.progress, findings, options.crashes), coverage: report.coverage });
    return findings.length > 0 ? ExitCode.findings : ExitCode.ok;
  } finally {
    state.close();
  }
}

export const command = defineCommand({
  name: 'fuzz',
  summary: 'Hunt for disagreements between the collectors with random programs',
  details: [
    'Each case is a random module, run once with the drc collector and once with its twin that never frees; results,',
    'traps and reachable heaps must agree, and the audits of drc must be content. The first case of each signature is',
    'shrunk and written to a folder of its own, with the command that replays it. A case that ends or hangs the process it runs in',
    'is a finding, too. One in sixteen cases is watched, and those that make the runtime do something new are mutated in',
    'later ones.',
    '',
    `Without --runs and --max-total-time it hunts for ${DEFAULT_SECONDS} seconds. With --fault and without --runs it ends at the first`,
    'finding. The same seed gives the same cases in the same order, for any number of workers; time only decides where they end.',
    '',
    'The campaign is kept in the state file all the while: one that was interrupted or killed goes on with --resume.',
    'Ctrl-C ends it in order, a second one at once. With --resume, --suppress tells what is known from there on; what was found',
    'before stays found.',
  ].join('\n'),
  operands: { usage: '', min: 0, max: 0 },
  options: fuzzOptions,
  run: ({ options }, context) => run(options, context),
});
