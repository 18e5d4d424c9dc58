/**
 * Binaryen's optimiser as an engine: after random passes over each of its modules, a case must be observed as before. Our own runtime runs what has
 * become of it.
 */
import type { TrapCode } from '#runtime/outcome.ts';
import type { Program } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { decode } from '#wasm/binary/decode.ts';
import { UnsupportedError } from '#wasm/errors.ts';
import { nullEngine } from '../../interpreter.ts';
import type { Observation, ObservedOutcome } from '../../observation.ts';
import { UNAUDITED } from '../../panel.ts';
import { passesFor } from './passes.ts';
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
    const answers = await this.#optimiser.optimise(cases.map((one) => this.#request(one)));
    return answers.map((answer, i) => ('outcomes' in answer ? answer : this.#observe(answer, cases[i]!)));
  }

  #request(one: ForeignCase): OptimiseRequest {
    return { passes: passesFor(this.#spec, one), modules: one.modules.map(({ bytes }, module) => (isValid(one, module) ? Buffer.from(bytes).toString('base64') : null)) };
  }

  #observe(answer: OptimiseAnswer, one: ForeignCase): Observation {
    if ('unread' in answer) return unsupported('a module that it cannot read');
    const passes = passesFor(this.#spec, one).join(' ');
    if ('failed' in answer) return observationOf([crashed({ invariant: answer.pass, operation: answer.failed.replaceAll(/\d+/g, 'N').slice(0, 200), message: `${answer.failed}\nin ${answer.pass} of wasm-opt ${passes}` })]);
    try {
      const modules = one.modules.map(({ name, bytes }, i) => ({ name, module: decode(decodeBase64(answer.modules[i]!) ?? bytes) }));
      const { outcomes } = this.#twin.run(programOf(one, modules));
      return observationOf(permitted(outcomes, one.predicted));
    } catch (error) {
      // Passes may write instructions that the twins do not have.
      if (error instanceof UnsupportedError) return unsupported('an instruction that our own runtime does not have');
      return observationOf([crashed({ invariant: 'unreadable', operation: 'writing', message: `what it writes cannot be read: ${String(error)}\nafter wasm-opt ${passes}` })]);
    }
  }

  end(): Promise<void> {
    return this.#optimiser.end();
  }
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

/** An optimiser may let another of several traps happen, and remove imports that nothing uses. */
function permitted(outcomes: readonly ObservedOutcome[], predicted: readonly ObservedOutcome[]): readonly ObservedOutcome[] {
  const allowed = outcomes.map((outcome) => (outcome.kind === 'trapped' ? { ...outcome, or: ALL_TRAPS } : outcome));
  const linked = outcomes.findIndex(({ kind }, i) => kind !== 'linkError' && predicted[i]?.kind === 'linkError');
  return linked === -1 ? allowed : [...allowed.slice(0, linked), { kind: 'unsupported', reason: 'an import that nothing uses' }];
}
