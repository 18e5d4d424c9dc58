/**
 * A module that was written and read again is the same module: the same bytes where we are the reader, and
 * whoever reads it, the same behaviour.
 */
import type { Panel } from '#fuzz/engines/panel.ts';
import type { Program } from '#fuzz/program/program.ts';
import { decode } from '#wasm/binary/decode.ts';
import type { Observation, ObservedOutcome } from '#fuzz/engines/observation.ts';
import type { TrapCode } from '#runtime/outcome.ts';
import { compareObservations } from './differential.ts';
import type { Case, Oracle } from './oracle.ts';
import type { Reader } from './readers.ts';
import { Unread, bytesOfModule } from './readers.ts';
import type { Verdict } from './verdict.ts';

/** Traps that follow from types: of null, or of a cast that cannot succeed. */
const KNOWN_TRAPS: readonly TrapCode[] = [
  'nullReference',
  'nullFunctionReference',
  'nullStructReference',
  'nullArrayReference',
  'nullI31Reference',
  'nullExceptionReference',
  'castFailure',
];

function disagree(reader: Reader, difference: string, message: string): Verdict {
  return { kind: 'disagree', failure: { oracle: 'roundTrip', invariant: reader.name, operation: difference, holders: [], message } };
}

/** @param before the bytes of the modules */
function judgeReader(question: Case, before: readonly Uint8Array[], reader: Reader): Verdict {
  const { program, reference, panel } = question;
  let bytes: readonly Uint8Array[];
  let again: Program;
  try {
    bytes = before.map((original) => reader.rewrite(original));
    again = { ...program, modules: program.modules.map(({ name }, i) => ({ name, module: decode(bytes[i]!) })) };
  } catch (error) {
    if (error instanceof Unread) return { kind: 'inconclusive', reason: error.message };
    return disagree(reader, 'reading', `${reader.name}: ${String(error)}`);
  }
  if (reader.exact) {
    const changed = before.findIndex((original, i) => !sameBytes(original, bytes[i]!));
    if (changed >= 0) return disagree(reader, 'bytes', `module ${changed} is not the same bytes after it went through ${reader.name}`);
  }
  const observation = panel.reference.run(again);
  // Type ids and function addresses may be others, so that the heaps cannot be compared.
  const verdict = compareObservations(
    { ...reference, observation: { ...reference.observation, heap: undefined } },
    { engine: `${reference.engine} after ${reader.name}`, observation: withVagueTraps(observation) },
  );
  if (verdict.kind !== 'disagree') return verdict;
  if (!reader.exact && arbitrate(panel, again, bytes, observation) !== 'disagree') {
    return { kind: 'inconclusive', reason: `${reader.name} changes what a module does` };
  }
  return disagree(reader, verdict.failure.invariant, verdict.failure.message);
}

/** Whether V8, given the bytes themselves, thinks otherwise of them than we do. If not, it is they that are wrong. */
function arbitrate(panel: Panel, again: Program, bytes: readonly Uint8Array[], ours: Observation): Verdict['kind'] {
  return compareObservations({ engine: 'ours', observation: ours }, { engine: 'v8', observation: panel.v8.runBytes(again, bytes) }, { sharesLimits: false }).kind;
}

/** Other tools write `unreachable` for an instruction of which they know that it traps. */
function withVagueTraps(observation: Observation): Observation {
  const outcomes = observation.outcomes.map((outcome): ObservedOutcome =>
    outcome.kind === 'trapped' && outcome.trap === 'unreachable' ? { ...outcome, or: KNOWN_TRAPS } : outcome,
  );
  return { ...observation, outcomes };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Of all readers that can read the modules; inconclusive if one cannot, and no other disagrees. */
export function roundTrip(readers: readonly Reader[]): Oracle {
  return {
    name: 'roundTrip',
    needs: 'a run of the reference for each reader',
    every: 16,
    judge: (question) => {
      let result: Verdict = { kind: 'agree' };
      const before = question.program.modules.map(({ module }) => bytesOfModule(module));
      for (const reader of readers) {
        const verdict = judgeReader(question, before, reader);
        if (verdict.kind === 'disagree') return verdict;
        if (result.kind === 'agree') result = verdict;
      }
      return result;
    },
  };
}
