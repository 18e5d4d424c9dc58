/**
 * Runs one script on one store: a verdict per command.
 *
 * A command is excluded when it needs what the runtime does not support, or a module that does. It fails when
 * the runtime did anything else than the script says; whatever depends on a module that failed to load fails
 * as well. The store lives as long as the script, and what a command hands to or gets from it as long as the
 * command.
 */
import { compileModule } from '#runtime/compile/compile.ts';
import type { CompiledModule } from '#runtime/compile/compiled.ts';
import type { Extern, Instance } from '#runtime/instance.ts';
import { instantiate } from '#runtime/instantiate.ts';
import { invoke, outcomeOf } from '#runtime/invoke.ts';
import { LinkError } from '#runtime/link.ts';
import type { StoreOptions } from '#runtime/options.ts';
import type { Outcome, TrapCode } from '#runtime/outcome.ts';
import { Store } from '#runtime/store.ts';
import { readGlobal } from '#runtime/read-global.ts';
import { DecodeError, LimitError, UnsupportedError, ValidationError } from '#wasm/errors.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import { argumentValue, observerOf } from './host-values.ts';
import { describeExpected, type Expected } from './literal.ts';
import { allMatch, describeValue, type ObserveObject } from './match.ts';
import type { ModuleFiles } from './module-files.ts';
import type { Action, Command, ModuleFile, Script } from './script.ts';
import { createSpectest } from './spectest.ts';
import { isTrap } from './trap-text.ts';

/** What a run of the suite is made with. */
export interface Setting {
  /** For reports: `drc, collection and audit at every safe point`. */
  readonly name: string;
  readonly collector: 'drc' | 'null';
  readonly options: StoreOptions;
}

/** `observed` has nothing in it that may differ between runs, so that runs that agree give equal results. */
export type CommandResult =
  | { readonly verdict: 'passed'; readonly observed: string }
  | { readonly verdict: 'failed'; readonly expected: string; readonly observed: string }
  | { readonly verdict: 'excluded'; readonly reason: string }
  /** About the text format only, of which a decoder of binaries can say nothing. */
  | { readonly verdict: 'textOnly' };

/** Ends a command that cannot be run; not an error. */
class Excluded {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Ends a command whose outcome is not the expected one. */
class Failure {
  readonly expected: string;
  readonly observed: string;
  constructor(expected: string, observed: string) {
    this.expected = expected;
    this.observed = observed;
  }
}

/** Something a script gave a name, or why it is not there. */
type Binding<T> = { readonly value: T } | { readonly line: number; readonly missing: Excluded | Failure };

type Exports = ReadonlyMap<string, Extern>;

export function runScript(script: Script, files: ModuleFiles, setting: Setting): readonly CommandResult[] {
  const runner = new ScriptRunner(files, setting);
  return script.commands.map((command) => runner.run(command));
}
