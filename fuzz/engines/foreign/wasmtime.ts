/**
 * Wasmtime, by scripts: `wasmtime wast` runs many cases in one process. The script tells on standard output how far it has come, so that the
 * case at which a process ends is known; that case is then run alone, and the others after it in another process.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Observation } from '../observation.ts';
import { limited, residentBytes } from './child.ts';
import type { ForeignCase, ForeignEngine, ForeignLimits, ForeignSpec } from './foreign-engine.ts';
import { FOREIGN_LIMITS, causeOf, crashed, lastWords, observationOf, unsupported } from './foreign-engine.ts';
import type { Script, ScriptOptions } from './wast.ts';
import { scriptOf } from './wast.ts';
import { failedLine, outcomeOf } from './wasmtime-output.ts';

/** So many cases a process; they share a heap. */
const CASES_A_PROCESS = 32;
const START_MS = 10_000;
const LOOK_MS = 100;

const MARKER = '(module $mark (import "spectest" "print_i32" (func $print (param i32))) (func (export "at") (param i32) (call $print (local.get 0))))';

/** Scripts may import a function that collects from version 45 on, if the flag says so (Wasmtime pull request 13065). */
export const BUILTINS_FLAG = '--wasmtime-builtins';
export const COLLECT = ['(module $gc (import "wasmtime" "gc" (func $gc)) (export "gc" (func $gc))) (register "env" $gc)'];
/**
 * Before that, reading references makes it collect: each goes into a table of stack roots of some hundred entries, which is swept
 * when it is full. No longer in versions that have a list of stack roots instead.
 */
export const COLLECT_BY_READING = [
  `(module $gc (type $s (struct)) (global $g (mut anyref) (ref.null any)) (func (export "gc") (local i32)
    (global.set $g (struct.new $s)) (local.set 0 (i32.const 1200))
    (loop $again (drop (global.get $g)) (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (global.set $g (ref.null any)))) (register "env" $gc)`.replaceAll(/\s*\n\s*/g, ' '),
];

interface Abilities extends ScriptOptions {
  readonly exceptions: boolean;
}

interface Ended {
  /** What the process has said, without marks. */
  readonly stderr: string;
  readonly how: 'passed' | 'failed' | 'died' | 'hung' | 'bloated';
  readonly signal: string;
  /** The last line that was begun. */
  readonly line: number | undefined;
}

export class WasmtimeEngine implements ForeignEngine {
  readonly #spec: ForeignSpec;
  readonly #limits: ForeignLimits;
  readonly #folder = mkdtempSync(join(tmpdir(), 'gctwin-wasmtime-'));
  /** What the installed version can do, or why no script can be run. */
  #abilities: Promise<Abilities | string> | undefined;
  readonly #running = new Set<AbortController>();
  #flags: readonly string[];

  constructor(spec: ForeignSpec, limits: ForeignLimits = FOREIGN_LIMITS) {
    this.#spec = spec;
    this.#limits = limits;
    this.#flags = spec.flags;
    process.once('exit', () => rmSync(this.#folder, { recursive: true, force: true }));
  }

  async run(cases: readonly ForeignCase[]): Promise<readonly Observation[]> {
    const abilities = await (this.#abilities ??= this.#probe());
    if (typeof abilities === 'string') return cases.map(() => unsupported(abilities));
    const known = cases.filter(({ exceptions }) => abilities.exceptions || !exceptions);
    const seen = (await this.#runAll(known, abilities)).values();
    return cases.map((one) => (known.includes(one) ? seen.next().value! : unsupported('no exception handling')));
  }

  async #runAll(cases: readonly ForeignCase[], options: ScriptOptions): Promise<readonly Observation[]> {
    const observations: Observation[] = [];
    while (observations.length < cases.length) {
      const group = cases.slice(observations.length, observations.length + CASES_A_PROCESS);
      const { passed, failed } = await this.#try(group, options);
      for (const one of group.slice(0, passed)) observations.push(observationOf(one.predicted));
      if (failed === undefined) continue;
      observations.push(passed === 0 && group.length === 1 ? failed : await this.#alone(group[passed]!, failed, options));
    }
    return observations;
  }

  /** Cases in one process share a heap: what counts is what a case does alone. */
  async #alone(one: ForeignCase, before: Observation, options: ScriptOptions): Promise<Observation> {
    const { failed } = await this.#try([one], options);
    if (failed !== undefined) return failed;
    const last = before.outcomes.at(-1)!;
    // The heap was full of what others have left.
    return last.kind === 'exhausted' || last.kind === 'unsupported' ? observationOf(one.predicted) : unsupported(`${last.kind === 'faulted' ? last.fault.invariant : last.kind} once, and not again alone`);
  }

  /** @returns how many cases have gone as asserted, and what the next one has done */
  async #try(cases: readonly ForeignCase[], options: ScriptOptions): Promise<{ readonly passed: number; readonly failed?: Observation }> {
    const script = scriptOf(cases, options);
    const ended = await this.#execute(script, Math.ceil(this.#limits.caseMs * (1 + cases.length / 8)));
    if (ended.how === 'passed') return { passed: cases.length };
    const place = ended.line === undefined ? undefined : script.places[ended.line];
    if (place === undefined) return { passed: 0, failed: this.#broken(ended, []) };
    const { predicted } = cases[place.position]!;
    const before = predicted.slice(0, place.step);
    if (ended.how !== 'failed') return { passed: place.position, failed: this.#broken(ended, before) };
    return { passed: place.position, failed: observationOf([...before, outcomeOf(ended.stderr, predicted[place.step]!)]) };
  }

  #broken({ how, signal, stderr }: Ended, before: Observation['outcomes']): Observation {
    if (how === 'bloated') return observationOf([...before, { kind: 'exhausted', resource: 'memory' }]);
    const message = [how === 'hung' ? 'does not end' : `ends with ${signal}`, ...lastWords(stderr)].join('\n');
    return observationOf([...before, crashed({ invariant: how, operation: causeOf(stderr) ?? signal, message })]);
  }

  /** Which way there is to make it collect, and what else not all versions can do. */
  async #probe(): Promise<Abilities | string> {
    const options = { trapTexts: true, mark: (line: number) => `(invoke $mark "at" (i32.const ${line}))` };
    let why = '';
    const ways = [
      { flags: [...this.#spec.flags, BUILTINS_FLAG], collect: COLLECT },
      { flags: this.#spec.flags, collect: COLLECT_BY_READING },
    ];
    for (const { flags, collect } of ways) {
      this.#flags = flags;
      const prelude = [MARKER, ...collect];
      const { how, signal, stderr } = await this.#execute({ text: `${prelude.join('\n')}\n(module (import "env" "gc" (func $gc)) (start $gc))\n`, places: [] }, START_MS);
      if (how === 'passed') return { ...options, prelude, exceptions: await this.#hasExceptions(), sharesModules: await this.#hasDefinitions() };
      why = lastWords(stderr).at(-1)?.trim() ?? signal;
    }
    return `cannot be used: ${why}`;
  }

  async #hasExceptions(): Promise<boolean> {
    const without = this.#flags;
    this.#flags = [...without, '-W', 'exceptions=y'];
    const { how } = await this.#execute({ text: '(module (tag))\n', places: [] }, START_MS);
    if (how !== 'passed') this.#flags = without;
    return how === 'passed';
  }

  async #hasDefinitions(): Promise<boolean> {
    const { how } = await this.#execute({ text: '(module definition $module) (module instance $instance $module)\n', places: [] }, START_MS);
    return how === 'passed';
  }

  async #execute({ text }: Script, limitMs: number): Promise<Ended> {
    const file = join(this.#folder, `script-${this.#spec.name.replaceAll(':', '-')}.wast`);
    writeFileSync(file, text);
    const { path, environment } = this.#spec;
    const [program, args] = limited({ path, args: ['wast', ...this.#flags, file] });
    const abort = new AbortController();
    this.#running.add(abort);
    const process = execa(program, args, {
      reject: false,
      stdin: 'ignore',
      timeout: limitMs,
      killSignal: 'SIGKILL',
      cancelSignal: abort.signal,
      env: { RUST_BACKTRACE: '0', ...environment },
      maxBuffer: 1 << 22,
    });
    let isBloated = false;
    const watch = setInterval(() => {
      if ((residentBytes(process.pid) ?? 0) <= this.#limits.memoryBytes) return;
      isBloated = true;
      process.kill('SIGKILL');
    }, LOOK_MS);
    const { stdout, stderr, timedOut, signal, exitCode } = await process;
    clearInterval(watch);
    this.#running.delete(abort);
    const marks = stdout.match(/^\d+/gm);
    const line = failedLine(stderr) ?? (marks === null ? undefined : Number(marks.at(-1)));
    const how = exitCode === 0 ? 'passed' : isBloated ? 'bloated' : timedOut ? 'hung' : failedLine(stderr) !== undefined && signal === undefined ? 'failed' : 'died';
    return { stderr, how, signal: signal ?? `exit status ${exitCode}`, line };
  }

  async end(): Promise<void> {
    for (const abort of this.#running) abort.abort();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
