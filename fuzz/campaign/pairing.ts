/**
 * What a case is run on and judged by when engines are compared that are not our twins, or not only these. The case is closed, and a twin sees it
 * first: what never ends, or what runs into a limit, is not shown to engines that know no limits, and what it sees is what others may assert.
 */
import type { ClosedProgram, ClosingOptions } from '#fuzz/engines/closed/close.ts';
import { closeProgram } from '#fuzz/engines/closed/close.ts';
import type { Engine } from '#fuzz/engines/engine.ts';
import type { Pending } from '#fuzz/engines/foreign/client.ts';
import { ForeignClient } from '#fuzz/engines/foreign/client.ts';
import type { ChosenEngine, Comparison } from '#fuzz/engines/foreign/comparison.ts';
import { closingFor, nameOf } from '#fuzz/engines/foreign/comparison.ts';
import type { ForeignSpec } from '#fuzz/engines/foreign/foreign-engine.ts';
import { foreignCase } from '#fuzz/engines/foreign/foreign-engine.ts';
import { DEFAULT_ENGINE_OPTIONS, interpreterEngine, nullEngine } from '#fuzz/engines/interpreter.ts';
import type { Observation } from '#fuzz/engines/observation.ts';
import { UNAUDITED } from '#fuzz/engines/panel.ts';
import { warmUp } from '#fuzz/engines/warm-up.ts';
import type { Fault } from '#fuzz/faults/fault.ts';
import type { EngineObservation } from '#fuzz/oracles/differential.ts';
import { compareObservations } from '#fuzz/oracles/differential.ts';
import type { Examination, Jury, Submission } from '#fuzz/oracles/examine.ts';
import type { SeenByEngines } from '#fuzz/oracles/pair.ts';
import { judgePair } from '#fuzz/oracles/pair.ts';
import type { Verdict } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import { PARTS } from '#runtime/parts.ts';
import { Stopwatch } from './stopwatch.ts';
import type { Suppression } from './suppressions.ts';
import { suppressed } from './suppressions.ts';

export interface Pair extends Comparison {
  readonly suppressions: readonly Suppression[];
}

export interface PairingOptions {
  /** Planted in `drc`, if that is one of the engines. */
  readonly fault?: Fault | undefined;
  readonly stopwatch?: Stopwatch;
}

/** A case that the engines are at work on. */
interface Started {
  readonly closed: ClosedProgram;
  readonly witnessed: Observation;
  /** By engine; absent when the case is not shown to anyone. */
  readonly observations: ReadonlyMap<string, () => Observation> | undefined;
}

export class Pairing implements Jury {
  readonly #pair: Pair;
  readonly #closing: ClosingOptions;
  readonly #witness = nullEngine(UNAUDITED);
  readonly #twins: ReadonlyMap<string, Engine>;
  readonly #foreign: readonly ForeignSpec[];
  readonly #client: ForeignClient;
  readonly #stopwatch: Stopwatch;
  readonly #started = new Map<Program, Started>();

  constructor(pair: Pair, { fault, stopwatch = new Stopwatch() }: PairingOptions = {}) {
    warmUp();
    this.#pair = pair;
    this.#closing = closingFor(pair);
    this.#stopwatch = stopwatch;
    const all = [...pair.references, ...pair.subjects];
    const drc = interpreterEngine('drc', fault === undefined ? PARTS.drc : fault.plant(PARTS.drc), DEFAULT_ENGINE_OPTIONS);
    const chosen = new Set(all.map(nameOf));
    this.#twins = new Map([drc, this.#witness].filter(({ name }) => chosen.has(name)).map((engine) => [engine.name, engine]));
    this.#foreign = [...new Map(all.filter((engine) => typeof engine !== 'string').map((spec) => [spec.name, spec])).values()];
    this.#client = new ForeignClient(this.#foreign);
  }

  /** Has the engines begin with Programs that will be examined next: all of them at a time. */
  #begin(programs: readonly Program[]): void {
    this.#started.clear();
    const seen = programs.map((program) => {
      const closed = this.#stopwatch.measure('close', () => closeProgram(program, this.#closing));
      return { program, closed, witnessed: comparable(this.#stopwatch.measure('witness', () => this.#witness.run(closed.program))) };
    });
    const shown = seen.filter(({ witnessed }) => limitOf(witnessed) === undefined);
    const cases = shown.map(({ closed, witnessed }) => foreignCase(closed, witnessed.outcomes));
    const pending = cases.length === 0 ? [] : this.#foreign.map(({ name }): [string, Pending] => [name, this.#client.start(name, cases)]);
    for (const { program, closed, witnessed } of seen) {
      const index = shown.findIndex((one) => one.program === program);
      const foreign = pending.map(([name, all]): [string, () => Observation] => [name, () => this.#stopwatch.measure(name, all)[index]!]);
      const twins = [...this.#twins].map(([name, engine]): [string, () => Observation] => [name, () => comparable(this.#stopwatch.measure(name, () => engine.run(closed.program)))]);
      this.#started.set(program, { closed, witnessed, observations: index === -1 ? undefined : new Map([...foreign, ...twins]) });
    }
  }

  /** What the chosen engines are seen doing. No observations when the case is not shown to anyone. */
  observe(program: Program): SeenByEngines {
    const { closed, observations } = this.#startedFor(program);
    const all = (engines: readonly ChosenEngine[]): readonly EngineObservation[] =>
      observations === undefined ? [] : engines.map((engine) => ({ engine: nameOf(engine), observation: observations.get(nameOf(engine))!() }));
    return { origins: closed.origins, references: all(this.#pair.references), subjects: all(this.#pair.subjects) };
  }

  #startedFor(program: Program): Started {
    if (!this.#started.has(program)) this.#begin([program]);
    return this.#started.get(program)!;
  }

  /** The engines are at work on all of them while the first are judged. */
  examineAll(submissions: readonly Submission[]): readonly Examination[] {
    this.#begin(submissions.map(({ program }) => program));
    return submissions.map(({ program }) => this.examine(program));
  }
  examine(program: Program): Examination {
    const { closed, witnessed, observations } = this.#startedFor(program);
    const seen = { reference: witnessed, observation: witnessed };
    if (observations === undefined) return { verdict: { kind: 'inconclusive', reason: `null: ${limitOf(witnessed)}` }, abstentions: [], ...seen };
    const { references, subjects } = this.observe(program);
    const witness = { engine: 'null', observation: witnessed };
    const verdict = suppressed(inStepsOf(closed, judgePair(references, subjects, witness)), program, this.#pair);
    const alone = verdict.kind === 'agree' && compareObservations(witness, subjects[0]!, { sharesLimits: false }).kind === 'disagree';
    return { verdict, abstentions: alone ? [{ oracle: 'differential', reason: 'all engines but our own agree' }] : [], ...seen };
  }

  /** Resolves when the engines' processes are gone. */
  async end(): Promise<void> {
    await this.#client.end();
  }
}

/** Only what all engines can show. */
function comparable(observation: Observation): Observation {
  return { ...observation, hostTrace: [], heap: undefined };
}

/** A limit of ours, or a defect, either of which ends a case before anyone else sees it. */
function limitOf({ outcomes }: Observation): string | undefined {
  const last = outcomes.at(-1);
  if (last?.kind === 'exhausted') return last.resource;
  return last?.kind === 'faulted' ? 'fault' : undefined;
}

/** Messages count the steps of the closed Program; people see those of the original. */
function inStepsOf({ origins }: ClosedProgram, verdict: Verdict): Verdict {
  if (verdict.kind !== 'disagree') return verdict;
  const message = verdict.failure.message.replace(/^step (\d+):/, (_, step: string) => {
    const origin = origins[Number(step)];
    return origin === undefined ? 'host:' : `step ${origin}:`;
  });
  return { kind: 'disagree', failure: { ...verdict.failure, message } };
}
