/**
 * Judges engines that cannot look inside each other. Each subject is compared with each reference on what both have been seen doing; whoever is
 * alone with its view is named in the signature.
 */
import type { Verdict } from './verdict.ts';
import type { EngineObservation } from './differential.ts';
import { compareObservations, sameOutcome } from './differential.ts';

/** What chosen engines were seen doing with a Program, or with what was made of it. */
export interface SeenByEngines {
  /** For each step that they were given, the one of the Program that it is part of; undefined for what comes besides. */
  readonly origins: readonly (number | undefined)[];
  readonly references: readonly EngineObservation[];
  readonly subjects: readonly EngineObservation[];
}

/** In signatures, for an engine that goes wrong whatever it chooses. */
const NO_FLAG = 'no flag';

/** An engine's own end: it broke an invariant, died, or did not answer. */
function broken(observations: readonly EngineObservation[]): Verdict | undefined {
  for (const { engine, observation } of observations) {
    const faulted = observation.outcomes.find(({ kind }) => kind === 'faulted');
    if (faulted?.kind !== 'faulted') continue;
    const { message, ...fault } = faulted.fault;
    return { kind: 'disagree', failure: { ...fault, holders: [...fault.holders, engine], message: `${engine}: ${message}`, ...(observation.flags && { flags: observation.flags }) } };
  }
  return undefined;
}

function isLimited({ observation }: EngineObservation): boolean {
  const last = observation.outcomes.at(-1);
  return last?.kind === 'exhausted' || last?.kind === 'unsupported';
}

function agree(a: EngineObservation, b: EngineObservation): boolean {
  const [x, y] = [a.observation.outcomes, b.observation.outcomes];
  return x.length === y.length && x.every((outcome, i) => sameOutcome(outcome, y[i]!));
}

/** Variants of an engine share most of what may be wrong, and so have one vote together for a view. */
function familyOf({ engine }: EngineObservation): string {
  return engine.split(':')[0]!;
}

/** Those whose view has fewest votes. */
function minorityOf(witness: EngineObservation, chosen: readonly EngineObservation[]): readonly string[] {
  const all = [witness, ...chosen];
  const votes = all.map((one) => new Set(chosen.filter((other) => agree(one, other)).map(familyOf)).size + (agree(one, witness) ? 1 : 0));
  const fewest = Math.min(...votes);
  return votes.every((count) => count === fewest) ? [] : [...new Set(all.filter((_, i) => votes[i] === fewest).map(({ engine }) => engine))];
}

/**
 * A fault beats a difference, a difference beats a limit.
 * @param witness sees the case too and is not judged; its vote counts, and once more where it is a reference
 */
export function judgePair(references: readonly EngineObservation[], subjects: readonly EngineObservation[], witness: EngineObservation): Verdict {
  const all = [...references, ...subjects];
  const fault = broken(all);
  if (fault !== undefined) return fault;
  const verdicts = references.flatMap((reference) => subjects.map((subject) => compareObservations(reference, subject, { sharesLimits: false })));
  const disagreement = verdicts.find(({ kind }) => kind === 'disagree');
  if (disagreement?.kind === 'disagree') {
    const minority = minorityOf(witness, all.filter((one) => !isLimited(one)));
    const { failure } = disagreement;
    const blamed = minority.length === 0 ? all.map(({ engine }) => engine) : minority;
    const told = minority.length === 0 ? failure.message : `${failure.message}; alone is ${minority.join(', ')}`;
    const flags = all.find(({ engine, observation }) => blamed.includes(engine) && observation.flags !== undefined)?.observation.flags;
    const holders = [...new Set(blamed)].sort();
    if (flags === undefined) return { kind: 'disagree', failure: { ...failure, holders, message: told } };
    return { kind: 'disagree', failure: { ...failure, holders: [...holders, flags.join(' ') || NO_FLAG], flags, message: told } };
  }
  return verdicts.find(({ kind }) => kind === 'inconclusive') ?? { kind: 'agree' };
}
