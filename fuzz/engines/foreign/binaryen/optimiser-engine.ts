/**
 * Binaryen's optimiser as an engine: after random passes over each of its modules, a case must be observed as before. Our own runtime runs what has
 * become of it. Where a case is observed otherwise, as few of the passes as lead to that are blamed, so that different bugs can be told apart.
 */
import { isDeepStrictEqual } from 'node:util';
import type { TrapCode } from '#runtime/outcome.ts';
import type { Program } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { decode } from '#wasm/binary/decode.ts';
import { UnsupportedError, ValidationError } from '#wasm/errors.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { validate } from '#wasm/valid/validate.ts';
import type { Engine } from '../../engine.ts';
import { nullEngine } from '../../interpreter.ts';
import type { Observation, ObservedOutcome } from '../../observation.ts';
import { UNAUDITED } from '../../panel.ts';
import { byKind, fewestPasses, passesFor } from './passes.ts';
import type { ForeignCase, ForeignEngine, ForeignLimits, ForeignSpec } from '../foreign-engine.ts';
import { FOREIGN_LIMITS, crashed, isLibrary, observationOf, unsupported } from '../foreign-engine.ts';
import { LibraryOptimiser } from './library-optimiser.ts';
import { NativeOptimiser } from './native-optimiser.ts';
import type { OptimiseAnswer, OptimiseRequest, Optimiser } from './optimiser.ts';
import { TRAP_TEXTS } from '../wast.ts';

const ALL_TRAPS = Object.keys(TRAP_TEXTS) as readonly TrapCode[];

export class BinaryenOptimiser implements ForeignEngine {
  readonly #spec: ForeignSpec;
  readonly #optimiser: Optimiser;
  readonly #twin = nullEngine(UNAUDITED);

  constructor(spec: ForeignSpec, limits: ForeignLimits = FOREIGN_LIMITS) {
    this.#spec = spec;
    this.#optimiser = isLibrary(spec.path) ? new LibraryOptimiser(spec, limits) : new NativeOptimiser(spec, limits);
  }

  async run(cases: readonly ForeignCase[]): Promise<readonly Observation[]> {
    const chosen = cases.map((one) => passesFor(this.#spec, one));
    const answers = await this.#optimiser.optimise(cases.map((one, i) => requestOf(one, chosen[i]!)));
    const observations: Observation[] = [];
    for (const [i, one] of cases.entries()) observations.push(await this.#withBlame(one, chosen[i]!, observe(one, chosen[i]!, answers[i]!, this.#twin)));
    return observations;
  }

  /** What goes otherwise is seen once more with as few of the passes as lead to it. */
  async #withBlame(one: ForeignCase, chosen: readonly string[], seen: Observation): Promise<Observation> {
    const wrong = deviationOf(seen, one.predicted);
    if (wrong === undefined) return seen;
    let last = seen;
    const { levels, passes } = byKind(chosen);
    const flags = await fewestPasses(passes, async (some) => {
      const [answer] = await this.#optimiser.optimise([requestOf(one, [...levels, ...some])]);
      const observation = observe(one, [...levels, ...some], answer!, this.#twin);
      if (deviationOf(observation, one.predicted) !== wrong) return false;
      last = observation;
      return true;
    });
    return { ...last, flags };
  }

  end(): Promise<void> {
    return this.#optimiser.end();
  }
}

function requestOf(one: ForeignCase, passes: readonly string[]): OptimiseRequest {
  return { passes, modules: one.modules.map(({ bytes }, module) => (isValid(one, module) ? Buffer.from(bytes).toString('base64') : null)) };
}

/** What the twin sees of a case once its modules are optimised. */
function observe(one: ForeignCase, passes: readonly string[], answer: OptimiseAnswer | Observation, twin: Engine): Observation {
  if ('outcomes' in answer) return answer;
  if ('unread' in answer) return unsupported('a module that it cannot read');
  const told = passes.join(' ');
  if ('failed' in answer) return observationOf([crashed({ invariant: answer.pass, operation: answer.failed.replaceAll(/\d+/g, 'N').slice(0, 200), message: `${answer.failed}\nin ${answer.pass} of wasm-opt ${told}` })]);
  try {
    const modules = one.modules.map(({ name, bytes }, i) => ({ name, module: decode(decodeBase64(answer.modules[i]!) ?? bytes) }));
    const { outcomes } = twin.run(programOf(one, modules));
    return observationOf(permitted(withReasons(outcomes, one, modules), one.predicted));
  } catch (error) {
    // Passes may write instructions that the twins do not have.
    if (error instanceof UnsupportedError) return unsupported('an instruction that our own runtime does not have');
    return observationOf([crashed({ invariant: 'unreadable', operation: 'writing', message: `what it writes cannot be read: ${String(error)}\nafter wasm-opt ${told}` })]);
  }
}

/** Outcomes with what is wrong with the modules that are refused, but for where in them it is. */
function withReasons(outcomes: readonly ObservedOutcome[], { steps }: ForeignCase, modules: Program['modules']): readonly ObservedOutcome[] {
  return outcomes.map((outcome, i) => (outcome.kind === 'invalid' ? { ...outcome, reason: reasonAgainst(modules[steps[i]!.module]!.module) } : outcome));
}
function reasonAgainst(module: Module): string {
  try {
    validate(module);
    return 'another module';
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.message.replace(/ \(in [^)]*\)$/, '').replaceAll(/\d+/g, 'N');
  }
}

/** What a case does otherwise than predicted; undefined when it does nothing otherwise, or a limit does not let us see. */
function deviationOf({ outcomes }: Observation, predicted: readonly ObservedOutcome[]): string | undefined {
  for (const [i, outcome] of outcomes.entries()) {
    const before = predicted[i];
    if (outcome.kind === 'exhausted' || outcome.kind === 'unsupported') return undefined;
    if (outcome.kind === 'faulted') return `${outcome.fault.invariant}: ${outcome.fault.operation}`;
    if (outcome.kind !== before?.kind) return outcome.kind === 'invalid' ? outcome.reason : outcome.kind;
    if (outcome.kind === 'returned' && !isDeepStrictEqual(outcome, before)) return 'results';
  }
  return undefined;
}

function decodeBase64(text: string | null): Uint8Array | undefined {
  return text === null ? undefined : Buffer.from(text, 'base64');
}

/** Whether it is worth optimising: an optimiser takes for granted that modules are valid. */
function isValid({ steps, predicted }: ForeignCase, module: number): boolean {
  return steps.some((step, i) => step.kind === 'instantiate' && step.module === module && predicted[i] !== undefined && predicted[i].kind !== 'invalid');
}

function programOf({ steps }: ForeignCase, modules: Program['modules']): Program {
  return {
    modules,
    steps: steps.map((step) => (step.kind === 'call' ? { ...step, args: [] } : step)),
    schedule: NO_COLLECTIONS,
    collector: DEFAULT_KNOBS,
    limits: DEFAULT_PROGRAM_LIMITS,
  };
}

/**
 * What an optimiser may remove, or do at another moment: to it, making an array cannot fail. What comes after that cannot be compared, for what was
 * seen before a trap may be seen no more.
 */
function removed(outcome: ObservedOutcome, before: ObservedOutcome | undefined): string | undefined {
  if (before?.kind === 'linkError' && outcome.kind !== 'linkError') return 'an import that nothing uses';
  return before?.kind === 'trapped' && before.trap === 'allocationSizeTooLarge' ? 'an array that is too large to be made' : undefined;
}

/** An optimiser may let another of several traps happen, and remove what nobody uses. */
function permitted(outcomes: readonly ObservedOutcome[], predicted: readonly ObservedOutcome[]): readonly ObservedOutcome[] {
  const allowed = outcomes.map((outcome) => (outcome.kind === 'trapped' ? { ...outcome, or: ALL_TRAPS } : outcome));
  const at = outcomes.findIndex((outcome, i) => removed(outcome, predicted[i]) !== undefined);
  return at === -1 ? allowed : [...allowed.slice(0, at), { kind: 'unsupported', reason: removed(outcomes[at]!, predicted[at])! }];
}
