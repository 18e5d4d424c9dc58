/** What is to be run, and in which order: so that whenever the work is interrupted, what is there is balanced. */
import type { RunRecord } from './record.ts';
import type { Variant, VariantName } from './variants.ts';

/** Ends a run that has found nothing. */
export interface Budget {
  readonly cases: number;
  /** Of all processes of the run. */
  readonly cpuSeconds: number;
}

/** One run: a campaign against one fault. */
export interface Task {
  /** Slug. */
  readonly fault: string;
  /** Of the campaign. */
  readonly seed: number;
  readonly variant: VariantName;
  readonly budget: Budget;
}

export interface Matrix {
  /** Slugs. */
  readonly faults: readonly string[];
  readonly variants: readonly Variant[];
  /** Runs of a fault with everything. */
  readonly seeds: number;
  readonly budget: Budget;
  /** Runs of a fault for each other variant. */
  readonly ablationSeeds: number;
  /** Of ablations. The baseline gets as much as everything. */
  readonly ablationBudget: Budget;
}

/** Kind by kind; within a kind seed by seed, so that all faults have one run before any has two. */
export function tasksOf({ faults, variants, seeds, budget, ablationSeeds, ablationBudget }: Matrix): readonly Task[] {
  return (['full', 'ablation', 'baseline'] as const).flatMap((kind) => {
    const ofKind = variants.filter((variant) => variant.kind === kind);
    const numbers = Array.from({ length: kind === 'full' ? seeds : ablationSeeds }, (_, i) => i + 1);
    return numbers.flatMap((seed) =>
      ofKind.flatMap(({ name }) => faults.map((fault) => ({ fault, seed, variant: name, budget: kind === 'ablation' ? ablationBudget : budget }))),
    );
  });
}

/** Whether a record answers a task: it has found something, or looked as long. */
export function answers(run: RunRecord, task: Task): boolean {
  if (keyOf(run) !== keyOf(task) || run.outcome === 'failed') return false;
  return run.outcome !== 'missed' || (run.budget.cpuSeconds >= task.budget.cpuSeconds && run.budget.cases >= task.budget.cases);
}

/** Runs with the same key are the same run, but for budget and version. */
export function keyOf({ fault, seed, variant }: Pick<Task, 'fault' | 'seed' | 'variant'>): string {
  return `${fault} ${variant} ${seed}`;
}

/** Tasks that no record answers. */
export function openTasks(tasks: readonly Task[], done: readonly RunRecord[]): readonly Task[] {
  const byKey = Map.groupBy(done, keyOf);
  return tasks.filter((task) => byKey.get(keyOf(task))?.some((run) => answers(run, task)) !== true);
}

/** Of records with the same key the one that says most: not of a failure, then of the larger budget, then the last. */
export function withoutRepetitions(runs: readonly RunRecord[]): readonly RunRecord[] {
  const best = new Map<string, RunRecord>();
  for (const run of runs) {
    const known = best.get(keyOf(run));
    if (known === undefined || saysAsMuch(run, known)) best.set(keyOf(run), run);
  }
  return [...best.values()];
}
function saysAsMuch(run: RunRecord, known: RunRecord): boolean {
  if (run.outcome === 'failed' || known.outcome === 'failed') return known.outcome === 'failed';
  return run.budget.cpuSeconds >= known.budget.cpuSeconds;
}
