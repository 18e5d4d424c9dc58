/**
 * Two engines must let us see the same: outcomes of all steps, values, calls of host functions, and, where
 * both show it, the reachable heap. A limit that either has reached ends what can be compared.
 */
import type { HeapGraph, HostEvent, Observation, ObservedOutcome, ObservedValue } from '#fuzz/engines/observation.ts';
import { describeValue } from '#fuzz/engines/observe.ts';
import type { OracleName, Verdict } from './verdict.ts';

/** What an engine was seen doing. */
export interface EngineObservation {
  readonly engine: string;
  readonly observation: Observation;
}

type Trapped = Extract<ObservedOutcome, { kind: 'trapped' }>;

const AGREE: Verdict = { kind: 'agree' };

export interface Comparing {
  /** In whose name to speak. */
  readonly oracle?: OracleName;
  /**
   * Whether both refuse arrays of the same sizes at the same moments. The specification has no such trap: how large an array may be is up to an engine,
   * and V8 makes what is in passive segments only when something asks for it, if ever, which nobody could tell otherwise.
   */
  readonly sharesLimits?: boolean;
}

export function compareObservations(left: EngineObservation, right: EngineObservation, { oracle = 'differential', sharesLimits = true }: Comparing = {}): Verdict {
  const verdict = compare(left, right, sharesLimits);
  return verdict.kind === 'disagree' && verdict.failure.oracle === 'differential' ? { ...verdict, failure: { ...verdict.failure, oracle } } : verdict;
}

function compare(left: EngineObservation, right: EngineObservation, sharesLimits: boolean): Verdict {
  const a = left.observation;
  const b = right.observation;
  const outcomes = compareOutcomes(left, right, sharesLimits);
  if (outcomes !== undefined) return outcomes;
  if (a.outcomes.length > 0 && a.outcomes.every(({ kind }) => kind === 'invalid' || kind === 'skipped')) {
    return { kind: 'inconclusive', reason: 'nothing to run' };
  }
  return compareTraces(left, right) ?? compareHeaps(a.heap, b.heap, `${left.engine} and ${right.engine}`) ?? AGREE;
}

function disagree(part: string, difference: string, message: string): Verdict {
  return { kind: 'disagree', failure: { oracle: 'differential', invariant: part, operation: difference, holders: [], message } };
}

// --- Outcomes ------------------------------------------------------------------------------------------

function compareOutcomes(left: EngineObservation, right: EngineObservation, sharesLimits: boolean): Verdict | undefined {
  const a = left.observation.outcomes;
  const b = right.observation.outcomes;
  for (let step = 0; step < Math.max(a.length, b.length); step++) {
    const x = a[step];
    const y = b[step];
    // A fault is for another oracle to report; what came before it still counts.
    const end = limitOf(left.engine, x) ?? limitOf(right.engine, y);
    if (end !== undefined) return { kind: 'inconclusive', reason: end };
    if (x !== undefined && y !== undefined && sameOutcome(x, y)) continue;
    if (x?.kind === 'invalid' || y?.kind === 'invalid') return disagreeOnValidity(step, left, right);
    if (!sharesLimits && (isTooLarge(x) || isTooLarge(y))) return { kind: 'inconclusive', reason: `${(isTooLarge(x) ? left : right).engine}: size of an array` };
    const message = `step ${step}: ${left.engine} ${describeOutcome(x)}, ${right.engine} ${describeOutcome(y)}`;
    const both = x?.kind === 'returned' && y?.kind === 'returned';
    return disagree(both ? 'results' : 'outcome', both ? 'call' : `${outcomeName(x)} or ${outcomeName(y)}`, message);
  }
  return undefined;
}

/** One of them refuses a module. */
function disagreeOnValidity(step: number, left: EngineObservation, right: EngineObservation): Verdict {
  const [accepts, refuses] = left.observation.outcomes[step]?.kind === 'invalid' ? [right, left] : [left, right];
  const outcome = refuses.observation.outcomes[step];
  const reason = outcome?.kind === 'invalid' ? outcome.reason : undefined;
  const message = `step ${step}: ${accepts.engine} accepts the module, ${refuses.engine} does not${reason === undefined ? '' : `: ${reason}`}`;
  return { kind: 'disagree', failure: { oracle: 'validity', invariant: `${refuses.engine} refuses`, operation: reason ?? 'instantiate', holders: [], message } };
}

function limitOf(engine: string, outcome: ObservedOutcome | undefined): string | undefined {
  if (outcome?.kind === 'exhausted') return `${engine}: ${outcome.resource}`;
  if (outcome?.kind === 'unsupported') return `${engine}: ${outcome.reason}`;
  return outcome?.kind === 'faulted' ? `${engine}: fault` : undefined;
}

function isTooLarge(outcome: ObservedOutcome | undefined): boolean {
  return outcome?.kind === 'trapped' && outcome.trap === 'allocationSizeTooLarge';
}

/** Alike for whoever cannot look inside. */
export function sameOutcome(a: ObservedOutcome, b: ObservedOutcome): boolean {
  if (a.kind === 'returned') return b.kind === 'returned' && sameValues(a.values, b.values);
  if (a.kind === 'trapped') return b.kind === 'trapped' && sameTrap(a, b);
  return a.kind === b.kind;
}
/** Whether some code is possible for both. */
function sameTrap(a: Trapped, b: Trapped): boolean {
  return a.trap === b.trap || a.or?.includes(b.trap) === true || b.or?.includes(a.trap) === true;
}

function outcomeName(outcome: ObservedOutcome | undefined): string {
  if (outcome === undefined) return 'nothing';
  return outcome.kind === 'trapped' ? `trapped ${outcome.trap}` : outcome.kind;
}
/** `returned i32:5`, `trapped unreachable`, `nothing` where there is none. */
export function describeOutcome(outcome: ObservedOutcome | undefined): string {
  if (outcome?.kind !== 'returned') return outcomeName(outcome);
  return `returned ${outcome.values.map(describeValue).join(' ') || 'nothing'}`;
}

// --- Values --------------------------------------------------------------------------------------------

function sameValues(a: readonly ObservedValue[], b: readonly ObservedValue[]): boolean {
  return a.length === b.length && a.every((value, i) => sameValue(value, b[i]!));
}

function sameValue(a: ObservedValue, b: ObservedValue): boolean {
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'null':
    case 'func':
      return true;
    case 'object': {
      const { node } = b as typeof a;
      return a.node === undefined || node === undefined || a.node === node;
    }
    case 'host':
      return a.number === (b as typeof a).number;
    case 'f32':
    case 'f64':
    case 'v128':
      return a.bits === (b as typeof a).bits;
    default:
      return a.value === (b as typeof a).value;
  }
}

// --- Host calls and heap -------------------------------------------------------------------------------

function compareTraces(left: EngineObservation, right: EngineObservation): Verdict | undefined {
  const a = left.observation.hostTrace;
  const b = right.observation.hostTrace;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (a[i] !== undefined && b[i] !== undefined && sameEvent(a[i]!, b[i]!)) continue;
    const message = `host call ${i}: ${left.engine} ${describeEvent(a[i])}, ${right.engine} ${describeEvent(b[i])}`;
    return disagree('host calls', a[i]?.name === b[i]?.name ? 'arguments' : 'order', message);
  }
  return undefined;
}
function sameEvent(a: HostEvent, b: HostEvent): boolean {
  return a.name === b.name && sameValues(a.args, b.args);
}
function describeEvent(event: HostEvent | undefined): string {
  return event === undefined ? 'makes none' : `calls ${event.name}(${event.args.map(describeValue).join(', ')})`;
}

function compareHeaps(a: HeapGraph | undefined, b: HeapGraph | undefined, engines: string): Verdict | undefined {
  if (a === undefined || b === undefined) return undefined;
  const sizes = a.objects === b.objects ? `${a.objects} objects` : `${a.objects} and ${b.objects} objects`;
  const length = Math.max(a.words.length, b.words.length);
  for (let i = 0; i < length; i++) {
    if (a.words[i] === b.words[i]) continue;
    return disagree('heap', a.objects === b.objects ? 'contents' : 'objects', `the heaps of ${engines} differ at word ${i} of their graphs, which have ${sizes}`);
  }
  return undefined;
}
