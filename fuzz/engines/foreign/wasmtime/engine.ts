/**
 * Wasmtime, by scripts: `wasmtime wast` runs many cases in one process. The script tells on standard output how far it has come, so that the
 * case at which a process ends is known; that case is then run alone, and the others after it in another process.
 */
import { writeFileSync } from 'node:fs';
import type { Observation } from '../../observation.ts';
import { wastArguments } from '../command-line.ts';
import type { ForeignCase, ForeignEngine, ForeignLimits, ForeignSpec } from '../foreign-engine.ts';
import { FOREIGN_LIMITS, causeOf, crashed, lastWords, observationOf, unsupported } from '../foreign-engine.ts';
import type { Ended } from '../process/processes.ts';
import { Processes } from '../process/processes.ts';
import { NOT_TRIED, Patience } from '../process/patience.ts';
import { ScratchFolder } from '../process/scratch-folder.ts';
import type { Script } from '../wast.ts';
import { scriptOf, untellable } from '../wast.ts';
import type { Abilities, Attempted } from './abilities.ts';
import { abilitiesOf } from './abilities.ts';
import { failedLine, outcomeOf } from './output.ts';

/** So many cases a process; they share a heap. */
const CASES_A_PROCESS = 32;
const START_MS = 10_000;

interface ScriptEnded extends Omit<Ended, 'how'> {
  readonly how: 'passed' | 'failed' | 'died' | 'hung' | 'bloated';
  /** The last line that was begun. */
  readonly line: number | undefined;
}

export class WasmtimeEngine implements ForeignEngine {
  readonly #spec: ForeignSpec;
  readonly #limits: ForeignLimits;
  readonly #folder = new ScratchFolder();
  /** What the installed version can do, or why no script can be run. */
  #abilities: Promise<Abilities | string> | undefined;
  readonly #processes: Processes;
  readonly #patience = new Patience();

  constructor(spec: ForeignSpec, limits: ForeignLimits = FOREIGN_LIMITS) {
    this.#spec = spec;
    this.#limits = limits;
    this.#processes = new Processes(limits.memoryBytes);
  }

  async run(cases: readonly ForeignCase[]): Promise<readonly Observation[]> {
    const abilities = await (this.#abilities ??= abilitiesOf(this.#spec.flags, (text, flags, environment) => this.#attempt(text, flags, environment)));
    if (typeof abilities === 'string') return cases.map(() => unsupported(abilities));
    const whyNot = cases.map((one) => untellable(one) ?? (one.exceptions && !abilities.exceptions ? 'no exception handling' : undefined));
    const seen = (await this.#runAll(cases.filter((_, i) => whyNot[i] === undefined), abilities)).values();
    return whyNot.map((reason) => (reason === undefined ? seen.next().value! : unsupported(reason)));
  }

  async #runAll(cases: readonly ForeignCase[], abilities: Abilities): Promise<readonly Observation[]> {
    const observations: Observation[] = [];
    while (observations.length < cases.length) {
      if (!this.#patience.tries()) {
        observations.push(NOT_TRIED);
        continue;
      }
      const group = cases.slice(observations.length, observations.length + (this.#patience.isLost ? 1 : CASES_A_PROCESS));
      const { passed, failed } = await this.#try(group, abilities);
      for (const one of group.slice(0, passed)) observations.push(observationOf(one.predicted));
      if (passed > 0) this.#patience.learn('passed');
      if (failed === undefined) continue;
      const alone = passed === 0 && group.length === 1 ? failed : await this.#alone(group[passed]!, failed, abilities);
      this.#patience.learn(endOf(alone));
      observations.push(alone);
    }
    return observations;
  }

  /** Cases in one process share a heap: what counts is what a case does alone. */
  async #alone(one: ForeignCase, before: Observation, abilities: Abilities): Promise<Observation> {
    const { failed } = await this.#try([one], abilities);
    if (failed !== undefined) return failed;
    const last = before.outcomes.at(-1)!;
    // The heap was full of what others have left.
    return last.kind === 'exhausted' || last.kind === 'unsupported' ? observationOf(one.predicted) : unsupported(`${last.kind === 'faulted' ? last.fault.invariant : last.kind} once, and not again alone`);
  }

  /** @returns how many cases have gone as asserted, and what the next one has done */
  async #try(cases: readonly ForeignCase[], abilities: Abilities): Promise<{ readonly passed: number; readonly failed?: Observation }> {
    const script = scriptOf(cases, abilities);
    const ended = await this.#execute(script, abilities.flags, Math.ceil(this.#limits.caseMs * (1 + cases.length / 8)));
    if (ended.how === 'passed') return { passed: cases.length };
    const place = ended.line === undefined ? undefined : script.places[ended.line];
    if (place === undefined) return { passed: 0, failed: this.#broken(ended, []) };
    const { predicted } = cases[place.position]!;
    const before = predicted.slice(0, place.step);
    if (ended.how !== 'failed') return { passed: place.position, failed: this.#broken(ended, before) };
    return { passed: place.position, failed: observationOf([...before, outcomeOf(ended.stderr, predicted[place.step]!)]) };
  }

  #broken({ how, told, stderr }: ScriptEnded, before: Observation['outcomes']): Observation {
    if (how === 'bloated') return observationOf([...before, { kind: 'exhausted', resource: 'memory' }]);
    const message = [how === 'hung' ? 'does not end' : `ends with ${told}`, ...lastWords(stderr)].join('\n');
    return observationOf([...before, crashed({ invariant: how, operation: causeOf(stderr) ?? told, message })]);
  }

  async #attempt(text: string, flags: readonly string[], environment: ForeignSpec['environment']): Promise<Attempted> {
    const { how, told, stdout, stderr } = await this.#execute({ text, places: [] }, flags, START_MS, environment);
    return { passed: how === 'passed', told, stdout, stderr };
  }

  async #execute({ text }: Script, flags: readonly string[], limitMs: number, more?: ForeignSpec['environment']): Promise<ScriptEnded> {
    const file = this.#folder.file(`script-${this.#spec.name.replaceAll(':', '-')}.wast`);
    writeFileSync(file, text);
    const { path, environment } = this.#spec;
    const ended = await this.#processes.run({ path, args: wastArguments(flags, file), environment: { RUST_BACKTRACE: '0', ...environment, ...more } }, limitMs);
    const lastMark = ended.stdout.match(/^\d+/gm)?.at(-1);
    return { ...ended, how: verdictOn(ended), line: failedLine(ended.stderr) ?? (lastMark === undefined ? undefined : Number(lastMark)) };
  }

  async end(): Promise<void> {
    this.#processes.end();
    this.#folder.remove();
  }
}

/** In the words of `ScriptEnded`. */
function endOf({ outcomes }: Observation): string {
  const last = outcomes.at(-1);
  if (last?.kind === 'faulted') return last.fault.invariant;
  return last?.kind === 'exhausted' && last.resource === 'memory' ? 'bloated' : 'passed';
}

function verdictOn({ how, exitCode, stderr }: Ended): ScriptEnded['how'] {
  if (exitCode === 0) return 'passed';
  if (how !== 'exited') return how;
  return failedLine(stderr) === undefined ? 'died' : 'failed';
}
