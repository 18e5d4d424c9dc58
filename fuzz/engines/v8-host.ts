/**
 * The host functions of `host-env.ts` in JavaScript, for V8.
 *
 * A function of JavaScript takes on whatever type an import has. Each is therefore passed through a module that
 * imports and exports it with its one type, so that V8's linker and casts see that type. A trap of the host is
 * raised by Wasm, for what JavaScript throws can be caught by a `catch_all`.
 */
import type { HostName } from '#fuzz/program/host-types.ts';
import { HOST_TYPES } from '#fuzz/program/host-types.ts';
import { encode } from '#wasm/binary/encode.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { EMPTY_MODULE } from '#wasm/syntax/module.ts';
import type { FuncType } from '#wasm/syntax/types.ts';
import type { HostEvent, ObservedOutcome } from './observation.ts';
import { HostObject, observeJs, resultsOf } from './v8-values.ts';

/** The instance that imports; before it is complete it has no exports. */
export interface JsImporter {
  /** Calls an export without arguments. @returns false when it cannot be called so; throws what the call throws */
  call(name: string): boolean;
  has(name: string): boolean;
}

type Call = (...args: readonly unknown[]) => unknown;

const RE_EXPORT = '';

function moduleOf(type: FuncType, rest: Partial<Module>): WebAssembly.Module {
  const recGroups = [[{ final: true, supertypes: [], composite: type }]];
  return new WebAssembly.Module(encode({ ...EMPTY_MODULE, recGroups, exports: [{ name: RE_EXPORT, kind: 'func', index: 0 }], ...rest }));
}
function exportOf(module: WebAssembly.Module, imports: Record<string, Record<string, unknown>>): Call {
  return new WebAssembly.Instance(module, imports).exports[RE_EXPORT] as Call;
}

/** A function with the one type that is offered, which does what it is told to do. Making one takes an instance. */
class TypedFunction {
  readonly exported: Call;
  run: Call = () => undefined;
  constructor(name: HostName) {
    let module = typed.get(name);
    if (module === undefined) {
      const imports = [{ module: RE_EXPORT, name, type: { kind: 'func', typeIndex: 0 } }] as const;
      typed.set(name, (module = moduleOf(HOST_TYPES[name], { imports })));
    }
    this.exported = exportOf(module, { [RE_EXPORT]: { [name]: (...args: readonly unknown[]) => this.run(...args) } });
  }
}
const typed = new Map<HostName, WebAssembly.Module>();

/** Those that earlier hosts have made, by name: each host takes them over from the first on. */
const made = new Map<HostName, TypedFunction[]>();

let trap: Call | undefined;

/** The error of a trap in Wasm, which no handler catches. */
function newTrap(): unknown {
  trap ??= exportOf(
    moduleOf({ kind: 'func', params: [], results: [] }, { functions: [{ typeIndex: 0, locals: [], body: [{ op: Op['unreachable'] }] }] }),
    {},
  );
  try {
    return trap();
  } catch (error) {
    return error;
  }
}

export class JsHost {
  readonly trace: HostEvent[] = [];
  /** Set when the run cannot go on: Wasm could swallow the exception that says so. */
  stopped: ObservedOutcome | undefined;
  readonly #objects = new Map<number, HostObject>();
  readonly #traps = new WeakSet();
  /** How many functions of each name have been offered. */
  readonly #offered = new Map<HostName, number>();

  /** The host object carrying a number that the host itself passes; the same one each time. */
  object(number: number): HostObject {
    let object = this.#objects.get(number);
    if (object === undefined) this.#objects.set(number, (object = new HostObject(number)));
    return object;
  }

  /** Whether an error is a trap that the host has raised. */
  isHostTrap(error: unknown): boolean {
    return typeof error === 'object' && error !== null && this.#traps.has(error);
  }
  #trap(): unknown {
    const error = newTrap();
    this.#traps.add(error as WeakKey);
    return error;
  }

  /** Ends the run with an outcome. @returns what to throw */
  stop(outcome: ObservedOutcome): unknown {
    this.stopped ??= outcome;
    return this.#trap();
  }

  /** A function offered to one instance; undefined when there is none of that name. */
  function(name: string, importer: JsImporter): unknown {
    if (!Object.hasOwn(HOST_TYPES, name)) return undefined;
    const known = name as HostName;
    const type = HOST_TYPES[known];
    const run = this.#behaviour(known, importer);
    return this.#typed(known, (...args) => {
      this.trace.push({ name, args: resultsOf(args.length === 1 ? args[0] : args, { ...type, results: type.params }).map(observeJs) });
      try {
        return run(...args);
      } catch (error) {
        // The stack may end in JavaScript as well, where Wasm could catch it.
        throw error instanceof RangeError ? this.stop({ kind: 'exhausted', resource: 'callStack' }) : error;
      }
    });
  }

  #typed(name: HostName, run: Call): Call {
    let functions = made.get(name);
    if (functions === undefined) made.set(name, (functions = []));
    const offered = this.#offered.get(name) ?? 0;
    this.#offered.set(name, offered + 1);
    const fn = (functions[offered] ??= new TypedFunction(name));
    fn.run = run;
    return fn.exported;
  }

  #behaviour(name: HostName, importer: JsImporter): Call {
    switch (name) {
      case 'gc':
        return () => undefined;
      case 'id':
      case 'idf':
        return (value) => value;
      case 'mk':
        return (number) => new HostObject(number as number);
      case 'val':
        return (object) => (object instanceof HostObject ? object.number : -1);
      case 'two':
        return () => [new HostObject(1), new HostObject(2)];
      case 'bad':
        return () => {
          throw this.#trap();
        };
      case 'cb':
        return () => this.#call(importer, 'cb');
      case 'cb_gc':
        return () => {
          const thrown = this.#thrownBy(importer);
          if (thrown === undefined) return;
          if (importer.has('churn')) this.#call(importer, 'churn');
          throw thrown;
        };
      case 'cb_twice':
        return () => {
          const first = this.#thrownBy(importer);
          const last = this.#thrownBy(importer) ?? first;
          if (last !== undefined) throw last;
        };
      case 'cb_trap':
        return () => {
          try {
            this.#call(importer, 'cb');
          } catch (error) {
            if (!(error instanceof WebAssembly.RuntimeError) || this.stopped !== undefined) throw error;
          }
        };
    }
  }

  #call(importer: JsImporter, name: string): void {
    if (!importer.call(name)) throw this.#trap();
  }
  #thrownBy(importer: JsImporter): WebAssembly.Exception | undefined {
    try {
      this.#call(importer, 'cb');
      return undefined;
    } catch (error) {
      if (error instanceof WebAssembly.Exception) return error;
      throw error;
    }
  }
}
