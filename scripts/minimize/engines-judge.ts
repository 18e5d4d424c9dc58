/** What must hold when it is engines that judge, our twins or others: that they fail as they did. */
import { pinned } from '#fuzz/engines/foreign/pin.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import type { JudgedBy } from '#fuzz/minimize/minimize.ts';
import type { PairOptions } from '../cli/engines.ts';
import { pairFor, requirePlantable } from '../cli/engines.ts';
import { InputError } from '../cli/errors.ts';
import { faultKind } from '../cli/fault.ts';
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
  const finding = subject.kind === 'finding' ? subject.finding : undefined;
  if (finding !== undefined && ['worker', 'generator'].includes(finding.failure.invariant)) {
    throw new InputError(`${subject.path} is a case that ended the process it ran in, which only --test COMMAND can try out`);
  }
  const pair = await pairFor(subject.path, finding, options);
  requirePlantable(options.fault, pair);
  if (finding !== undefined && options.subject === undefined) {
    // A finding names engines and nothing else.
    const recorded = pair && { subjects: pair.subjects, references: pair.references };
    return { kind: 'failure', failure: finding.failure, fault, engines: recorded };
  }
  const engines = pair && pinned(pair, subject.program);
  // What other engines do has a signature of their own.
  return finding === undefined ? { kind: 'module', fault, engines } : { kind: 'failure', failure: undefined, fault, engines };
}
