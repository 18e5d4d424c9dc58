/** Joins the results of campaigns that ran apart, shards above all. */
import type { Finding, Versions } from '#fuzz/findings/finding.ts';
import { compareSizes, sizeOf } from '#fuzz/program/size.ts';
import { planText } from './plan.ts';
import type { Progress, State, StoredFinding } from './state.ts';
import { StateError } from './state.ts';
import { addCounts, addTallies } from './statistics.ts';

/**
 * @param target becomes the sum of the sources, and forgets what it held
 * @throws StateError when a source holds nothing, a part comes twice, or the planted bugs differ
 */
export function mergeStates(sources: readonly State[], target: State, versions: Versions): void {
  const plans = sources.flatMap((source) => {
    if (source.plans.length === 0) throw new StateError(`${source.path} holds no campaign`);
    return source.plans;
  });
  const texts = plans.map(planText);
  const twice = texts.find((text, i) => texts.indexOf(text) !== i);
  if (twice !== undefined) throw new StateError(`the same part comes twice, and its cases would count twice: ${twice}`);
  if (new Set(plans.map(({ fault }) => fault)).size > 1) throw new StateError('the campaigns ran with different planted bugs');
  target.begin(plans, versions, sources.map(({ progress }) => progress).reduce(addProgress));
  const joined = new Map<string, StoredFinding>();
  for (const found of sources.flatMap((source) => source.findings())) {
    const known = joined.get(found.signature);
    joined.set(found.signature, known === undefined ? found : joinFindings(known, found));
  }
  for (const finding of joined.values()) target.put(finding);
}

function addProgress(a: Progress, b: Progress): Progress {
  return {
    cases: a.cases + b.cases,
    tally: addTallies(a.tally, b.tally),
    seconds: Math.max(a.seconds, b.seconds),
    cpuSeconds: a.cpuSeconds + b.cpuSeconds,
    stages: addCounts(a.stages, b.stages),
    workers: {
      started: a.workers.started + b.workers.started,
      recycled: a.workers.recycled + b.workers.recycled,
      died: a.workers.died + b.workers.died,
    },
  };
}

function smallerOf(a: Finding, b: Finding): Finding {
  return compareSizes(sizeOf(a.program), sizeOf(b.program)) <= 0 ? a : b;
}
function joinFindings(a: StoredFinding, b: StoredFinding): StoredFinding {
  const smaller = smallerOf(a.finding, b.finding);
  return {
    signature: a.signature,
    finding: smaller,
    cases: a.cases + b.cases,
    firstCase: Math.min(a.firstCase, b.firstCase),
    lastCase: Math.max(a.lastCase, b.lastCase),
    firstSeen: a.firstSeen < b.firstSeen ? a.firstSeen : b.firstSeen,
    lastSeen: a.lastSeen > b.lastSeen ? a.lastSeen : b.lastSeen,
    cpuSeconds: Math.min(a.cpuSeconds, b.cpuSeconds),
    settled: (smaller === a.finding ? a : b).settled,
  };
}
