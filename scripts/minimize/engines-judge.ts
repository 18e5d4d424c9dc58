/** What must hold when it is engines that judge, our twins or others: that they fail as they did. */
import { pinned } from '#fuzz/engines/foreign/pin.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import type { JudgedBy } from '#fuzz/minimize/minimize.ts';
import { AbsentEngineError, recordedEngines } from '#fuzz/replay/recorded-engines.ts';
import type { PairOptions } from '../cli/engines.ts';
import { pairFrom, requirePlantable } from '../cli/engines.ts';
import { InputError } from '../cli/errors.ts';
import { faultKind } from '../cli/fault.ts';
import { asInput } from '../cli/input.ts';
import { parseValue } from '../cli/option.ts';
import type { Subject } from './subject.ts';

interface Options extends PairOptions {
  /** As it is on the command line. */
  readonly fault: string | undefined;
}

/** The planted bug of the runs. @throws UsageError; InputError when this version does not know that of a finding */
function faultFor(subject: Subject, wanted: string | undefined): string | undefined {
  if (wanted !== undefined) return parseValue(faultKind, 'fault', wanted);
  const slug = subject.kind === 'finding' ? subject.finding.fault : undefined;
  if (slug === undefined || findFault(slug) !== undefined) return slug;
  throw new InputError(`${subject.path} was found with the planted bug ${slug}, which this version does not know`);
}

/** @throws UsageError, InputError */
export async function judgeByEngines(subject: Subject, options: Options): Promise<Exclude<JudgedBy, { readonly kind: 'command' }>> {
  const fault = faultFor(subject, options.fault);
  const pair = await pairFrom(options);
  requirePlantable(options.fault, pair);
  const engines = pair && pinned(pair, subject.program);
  if (subject.kind === 'file') return { kind: 'module', fault, engines };
  const { failure } = subject.finding;
  if (failure.invariant === 'worker' || failure.invariant === 'generator') {
    throw new InputError(`${subject.path} is a case that ended the process it ran in, which only --test COMMAND can try out`);
  }
  // What other engines do has a signature of their own.
  const recorded = engines === undefined ? asInput(subject.path, [AbsentEngineError], () => recordedEngines(subject.finding)) : undefined;
  return engines === undefined ? { kind: 'failure', failure, fault, engines: recorded } : { kind: 'failure', failure: undefined, fault, engines };
}
