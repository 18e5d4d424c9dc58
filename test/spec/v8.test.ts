/**
 * Our runtime and V8 on the official suite, as Programs: whatever a script does, both must let us see the same.
 * What the suite expects does not matter here; that our adapter for V8 reads all of V8's traps and values does.
 */
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nullEngine } from '#fuzz/engines/interpreter.ts';
import { v8Engine } from '#fuzz/engines/v8.ts';
import { compareObservations } from '#fuzz/oracles/differential.ts';
import type { Argument as ProgramArgument, Program, Step } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { Argument } from '#spec/literal.ts';
import { ModuleFiles } from '#spec/module-files.ts';
import type { Action, Command, ModuleFile } from '#spec/script.ts';
import { findScripts, loadScript } from '#spec/suite.ts';
import { DecodeError } from '#wasm/errors.ts';
import { specDirectory } from './spec-directory.ts';

const root = specDirectory();
if (root === undefined) console.warn('skipped: no test suite; set GCTWIN_SPEC');

const FOLDERS = ['core', 'gc', 'bulk-memory', 'function-references', 'exceptions', 'multi-memory'];

function argumentOf(argument: Argument): ProgramArgument | undefined {
  switch (argument.kind) {
    case 'null':
      return { kind: 'null' };
    case 'host':
      return { kind: 'host', number: argument.id };
    case 'vector':
      return undefined;
    case 'number':
      switch (argument.type) {
        case 'i32':
          return { kind: 'i32', value: Number(BigInt.asIntN(32, argument.bits)) };
        case 'i64':
          return { kind: 'i64', value: BigInt.asIntN(64, argument.bits) };
        case 'f32':
          return { kind: 'f32', bits: Number(argument.bits) };
        case 'f64':
          return { kind: 'f64', bits: argument.bits };
      }
  }
}

/** Turns a script into Programs, one per module, or a single one if modules import each other. */
class Programs {
  readonly #files: ModuleFiles;
  #modules: { name: string; module: Program['modules'][number]['module'] }[] = [];
  #steps: Step[] = [];
  readonly #named = new Map<string, number>();
  readonly #linked: boolean;
  readonly done: Program[] = [];

  constructor(files: ModuleFiles, commands: readonly Command[]) {
    this.#files = files;
    this.#linked = commands.some(({ type }) => type === 'register');
    for (const command of commands) this.#add(command);
    this.#finish();
  }

  #add(command: Command): void {
    if ('file' in command && command.type !== 'assert_malformed') {
      if (!this.#linked) this.#finish();
      if (this.#load(command.file) && 'name' in command && command.name !== undefined) this.#named.set(command.name, this.#modules.length - 1);
    }
    if (command.type === 'register') {
      const at = command.name === undefined ? this.#modules.length - 1 : this.#named.get(command.name);
      if (at !== undefined && at >= 0) this.#modules[at]!.name = command.as;
    }
    if ('action' in command) this.#act(command.action);
  }
  #load(file: ModuleFile): boolean {
    if (file.form === 'text') return false;
    try {
      this.#modules.push({ name: '', module: this.#files.decode(file.filename) });
      this.#steps.push({ kind: 'instantiate', module: this.#modules.length - 1 });
      return true;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return false;
    }
  }
  #act(action: Action): void {
    const module = action.module === undefined ? this.#modules.length - 1 : this.#named.get(action.module);
    if (action.type !== 'invoke' || module === undefined) return;
    const args = action.args.map(argumentOf);
    if (args.every((argument) => argument !== undefined)) this.#steps.push({ kind: 'call', module, export: action.field, args });
  }

  #finish(): void {
    const limits = { fuel: 20_000_000, callDepth: 1000 };
    if (this.#steps.length > 0) this.done.push({ modules: this.#modules, steps: this.#steps, schedule: NO_COLLECTIONS, collector: DEFAULT_KNOBS, limits });
    this.#modules = [];
    this.#steps = [];
    this.#named.clear();
  }
}

describe.skipIf(root === undefined)('V8 and our runtime', () => {
  const ours = nullEngine({ audit: 'off', integrity: false });
  const v8 = v8Engine();
  const inconclusive: Record<string, number> = {};
  let agreed = 0;

  it.each(FOLDERS)('agree on %s', { timeout: 120_000 }, (folder) => {
    const disagreements: string[] = [];
    for (const file of findScripts(join(root!, folder))) {
      const script = loadScript(file);
      if (script === undefined) continue;
      for (const program of new Programs(new ModuleFiles(dirname(file.path)), script.commands).done) {
        const mine = ours.run(program);
        if (mine.outcomes.some(({ kind }) => kind === 'exhausted')) continue;
        const verdict = compareObservations({ engine: 'ours', observation: mine }, { engine: 'v8', observation: v8.run(program) }, { oracle: 'v8', sharesLimits: false });
        if (verdict.kind === 'agree') agreed++;
        else if (verdict.kind === 'inconclusive') inconclusive[verdict.reason] = (inconclusive[verdict.reason] ?? 0) + 1;
        else disagreements.push(`${file.id}: ${verdict.failure.message}`);
      }
    }
    expect(disagreements).toEqual([]);
  });

  it('can mostly be compared', () => {
    expect(agreed).toBeGreaterThan(1000);
    expect(Object.keys(inconclusive).sort()).toEqual([
      'nothing to run',
      'v8: NaN bits cannot cross to JavaScript',
      'v8: exnref cannot cross to JavaScript',
    ]);
  });
});
