/**
 * A module that was written and read again is the same module: the same bytes where we are the reader, and
 * whoever reads it, the same behaviour.
 */
import type { Program } from '#fuzz/program/program.ts';
import { encode } from '#wasm/binary/encode.ts';
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

function judgeReader({ program, reference, panel }: Case, reader: Reader): Verdict {
  let modules: Program['modules'];
  try {
    modules = program.modules.map(({ name, module }) => ({ name, module: reader.read(bytesOfModule(module)) }));
  } catch (error) {
    if (error instanceof Unread) return { kind: 'inconclusive', reason: error.message };
    return disagree(reader, 'reading', `${reader.name}: ${String(error)}`);
  }
  if (reader.exact) {
    const changed = modules.findIndex(({ module }, i) => !sameBytes(encode(module), bytesOfModule(program.modules[i]!.module)));
    if (changed >= 0) return disagree(reader, 'bytes', `module ${changed} is not the same bytes after it went through ${reader.name}`);
  }
  const observation = withVagueTraps(panel.reference.run({ ...program, modules }));
  // Type ids and function addresses may be others, so that the heaps cannot be compared.
  const verdict = compareObservations(
    { ...reference, observation: { ...reference.observation, heap: undefined } },
    { engine: `${reference.engine} after ${reader.name}`, observation },
  );
  if (verdict.kind !== 'disagree') return verdict;
  return disagree(reader, verdict.failure.invariant, verdict.failure.message);
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
      for (const reader of readers) {
        const verdict = judgeReader(question, reader);
        if (verdict.kind === 'disagree') return verdict;
        if (result.kind === 'agree') result = verdict;
      }
      return result;
    },
  };
}
