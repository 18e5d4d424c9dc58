/** One run: a campaign with one worker against a planted fault, until its first finding or the end of its budget. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CampaignOptions, CampaignReport } from '#fuzz/campaign/campaign.ts';
import { runCampaign } from '#fuzz/campaign/campaign.ts';
import type { Plan } from '#fuzz/campaign/plan.ts';
import { EPOCH_CASES, MUTATIONS, WHOLE } from '#fuzz/campaign/plan.ts';
import type { StoredFinding } from '#fuzz/campaign/state.ts';
import { State } from '#fuzz/campaign/state.ts';
import type { Finding } from '#fuzz/findings/finding.ts';
import { ORACLE_NAMES } from '#fuzz/oracles/verdict.ts';
import type { Task } from './task.ts';
import { variantNamed } from './variants.ts';

const PROFILE = 'mixed';
const VERSIONS = { gctwin: '', node: process.version };
/** Where modules from elsewhere are made. */
const WASM_OPT_WORKER = new URL('wasm-opt/worker-main.ts', import.meta.url);
/** A batch of cases takes ten times as long. */
const WASM_OPT_HANG_MS = 60_000;

export interface Hunted {
  readonly cases: number;
  readonly cpuSeconds: number;
  /** Shrunk, if that was wanted; undefined when the budget was spent. */
  readonly finding: Finding | undefined;
}

export interface HuntOptions {
  /** CPU seconds of all processes after which shrinking ends at the latest; 0 to leave it. */
  readonly shrinkSeconds: number;
  /** Called several times a second. */
  readonly onProgress: () => void;
}

/** As `fuzz --fault SLUG` has it, which knows nothing of the fault but that it is planted. */
export function planOf({ fault, seed, variant }: Task): Plan {
  const plan: Plan = { seed, profiles: [PROFILE], fault, oracles: ORACLE_NAMES, shard: WHOLE, mutations: MUTATIONS, epochCases: EPOCH_CASES };
  return variantNamed(variant).change(plan);
}

export async function hunt(task: Task, options: HuntOptions): Promise<Hunted> {
  const folder = mkdtempSync(join(tmpdir(), 'gctwin-run-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  // Whoever does not want the run any more ends this process.
  process.once('exit', remove);
  // Workers are killed when they are done with: what they leave behind goes with the folder.
  process.env['TMPDIR'] = folder;
  const plan = planOf(task);
  const state = State.open(join(folder, 'campaign.sqlite'));
  try {
    state.begin([plan], VERSIONS);
    const report = await campaignWithin(task, plan, state, options);
    const [found] = state.findings();
    return outcomeOf(task, report, found);
  } finally {
    state.close();
    remove();
    process.off('exit', remove);
  }
}

async function campaignWithin({ budget, variant }: Task, plan: Plan, state: State, { shrinkSeconds, onProgress }: HuntOptions): Promise<CampaignReport> {
  const controller = new AbortController();
  // Not milliseconds: on a busy machine, or one that is stopped for a while, nothing would be shrunk in them.
  const limit = (): number => {
    const [found] = state.findings();
    return found === undefined ? budget.cpuSeconds : found.cpuSeconds + shrinkSeconds;
  };
  return await runCampaign({
    plan,
    versions: VERSIONS,
    state,
    workers: 1,
    runs: budget.cases,
    maxTimeMs: Number.POSITIVE_INFINITY,
    stopAtFirstFinding: true,
    interrupted: controller.signal,
    onSighting: () => {
      if (shrinkSeconds === 0) controller.abort();
    },
    onFinding: () => {},
    onGivenUp: () => {},
    onProgress: ({ progress }) => {
      onProgress();
      if (progress.cpuSeconds >= limit()) controller.abort();
    },
    ...(variantNamed(variant).kind === 'baseline' && (await fromElsewhere())),
  });
}

async function fromElsewhere(): Promise<Pick<CampaignOptions, 'workerEntry' | 'generators' | 'hangMs'>> {
  const { wasmOpt } = await import('./wasm-opt/generator.ts');
  return { workerEntry: WASM_OPT_WORKER, generators: [wasmOpt], hangMs: WASM_OPT_HANG_MS };
}

/** What the last batch finds when the time is up comes too late. */
function outcomeOf({ budget }: Task, { progress }: CampaignReport, found: StoredFinding | undefined): Hunted {
  if (found === undefined) return { cases: progress.cases, cpuSeconds: progress.cpuSeconds, finding: undefined };
  const isInTime = found.cpuSeconds <= budget.cpuSeconds;
  return { cases: found.firstCase + 1, cpuSeconds: found.cpuSeconds, finding: isInTime ? found.finding : undefined };
}
