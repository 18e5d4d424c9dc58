/** Binaryen's interpreter: `wasm-shell`, which runs scripts, from the npm package or any other that was compiled to JavaScript. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Observation } from '../observation.ts';
import { commandsIn, outcomeOf, trapIn } from './binaryen-output.ts';
import type { ForeignCase, ForeignEngine, ForeignLimits, ForeignSpec } from './foreign-engine.ts';
import { FOREIGN_LIMITS, causeOf, crashed, lastWords, observationOf } from './foreign-engine.ts';
import { Respondent, garbage } from './respondent.ts';
import type { Script, ScriptOptions } from './wast.ts';
import { scriptOf } from './wast.ts';

const RUNNER = fileURLToPath(new URL('tool-runner.js', import.meta.url));
/** KiB of stack: it is an interpreter that calls itself for nested expressions. */
const STACK_KIB = 6000;

/** It frees objects at once when nobody holds them, and has nothing that collects. */
const NO_COLLECTOR = ['(module $gc (func (export "gc"))) (register "env" $gc)'];

/**
 * The shell forgets the identifiers of modules in binary, and lets go of a module when another has its name, though instances of it live on. It prints
 * traps, and checks no texts.
 */
const SCRIPT_OPTIONS: ScriptOptions = { prelude: NO_COLLECTOR, trapTexts: false, namesInBytes: true };

interface Answer {
  /** Exit status; negative when it has not ended by itself. */
  readonly code: number;
  readonly said: string;
  readonly failure?: string;
}

export class BinaryenEngine implements ForeignEngine {
  readonly #name: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'gctwin-binaryen-'));
  readonly #respondent: Respondent;

  constructor({ name, path, flags, environment }: ForeignSpec, limits: ForeignLimits = FOREIGN_LIMITS) {
    this.#name = name;
    this.#respondent = new Respondent({ path: process.execPath, args: [`--stack-size=${STACK_KIB}`, RUNNER, path, this.#folder, ...flags], environment }, limits);
    process.once('exit', () => rmSync(this.#folder, { recursive: true, force: true }));
  }

  async run(cases: readonly ForeignCase[]): Promise<readonly Observation[]> {
    const scripts = cases.map((one) => scriptOf([one], SCRIPT_OPTIONS));
    const answers = await this.#respondent.ask(scripts.map(({ text }) => JSON.stringify(text)));
    return answers.map((answer, i) => (typeof answer === 'string' ? this.#observe(answer, cases[i]!, scripts[i]!) : answer));
  }

  #observe(text: string, { predicted }: ForeignCase, { places }: Script): Observation {
    let answer: Answer;
    try {
      answer = JSON.parse(text) as Answer;
    } catch {
      return garbage(this.#name, text);
    }
    const { code, said, failure } = answer;
    const commands = commandsIn(said, places);
    for (const [i, { place, text: words }] of commands.entries()) {
      const expected = place && predicted[place.step];
      if (place === undefined || expected === undefined) continue;
      const before = predicted.slice(0, place.step);
      if (code !== 0 && i === commands.length - 1) return observationOf([...before, failure === undefined ? outcomeOf(words, expected) : broken(failure, said)]);
      const otherTrap = expected.kind === 'trapped' ? trapIn(words, expected.trap) : undefined;
      if (otherTrap !== undefined) return observationOf([...before, otherTrap]);
    }
    return observationOf(code === 0 ? predicted : [broken(failure ?? `exit status ${code}`, said)]);
  }

  async end(): Promise<void> {
    await this.#respondent.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function broken(failure: string, said: string): Observation['outcomes'][number] {
  if (failure === 'stack') return { kind: 'exhausted', resource: 'callStack' };
  const words = `${said}\n${failure}`;
  return crashed({ invariant: 'died', operation: causeOf(words) ?? failure.split('\n')[0]!, message: lastWords(words).slice(-12).join('\n') });
}
