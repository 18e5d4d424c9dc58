/**
 * The host functions that Programs may import, in namespace `env`. Each is offered with one type; every call
 * is recorded. Engines other than our own must behave alike, so nothing here depends on the collector.
 *
 * | function | does |
 * | --- | --- |
 * | `gc : () -> ()` | collects |
 * | `id : (anyref) -> anyref` | roots its argument and returns it |
 * | `idf : (funcref) -> funcref` | the same for functions |
 * | `mk : (i32) -> externref` | makes a host object that carries the number |
 * | `val : (externref) -> i32` | the number that a host object carries; -1 for anything else |
 * | `two : () -> (externref, externref)` | makes host objects that carry 1 and 2 |
 * | `bad : () -> (externref, (ref eq))` | returns null where its type forbids it, which traps |
 * | `cb : () -> ()` | calls the importing instance's export `cb` |
 * | `cb_gc : () -> ()` | calls `cb`; if it throws, collects, calls the export `churn` if there is one, and rethrows |
 * | `cb_twice : () -> ()` | calls `cb` twice, whether or not it throws, and rethrows what was thrown last |
 * | `cb_trap : () -> ()` | calls `cb` and swallows its trap |
 *
 * There is nothing to call back before the importing instance is complete: its start function sees a trap.
 */
import type { HostName } from '#fuzz/program/host-types.ts';
import { HOST_MODULE, HOST_TYPES } from '#fuzz/program/host-types.ts';
import type { FunctionInstance, HostCall } from '#runtime/function.ts';
import { NULL } from '#runtime/heap/reference.ts';
import { HostValueError } from '#runtime/host-boundary.ts';
import type { Instance } from '#runtime/instance.ts';
import { call } from '#runtime/invoke.ts';
import type { Imports } from '#runtime/link.ts';
import { Exhaustion, Fault, Trap, UncaughtException } from '#runtime/outcome.ts';
import type { Store } from '#runtime/store.ts';
import type { Value } from '#runtime/value.ts';
import type { HostEvent } from './observation.ts';
import { observeValue } from './observe.ts';

/** What a call out costs in fuel: it is far slower than an instruction, a collection slower still. */
const CALL_FUEL = 50;
const COLLECTION_FUEL = 500;

/** An exception of JavaScript that is none of the runtime's signals: the engine itself is broken. */
export class Crash extends Fault {
  constructor(error: unknown) {
    const isError = error instanceof Error;
    super(isError ? error.name : 'thrown', isError ? error.message : String(error));
    this.cause = error;
  }
}

/** The instance that imports, once there is one. */
export interface Importer {
  instance: Instance | undefined;
}

export class HostEnv {
  readonly trace: HostEvent[] = [];
  readonly #store: Store;
  /** Arguments of the host's own calls, by number. */
  readonly #objects = new Map<number, Value>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The host object carrying a number that the host itself passes; the same one each time. */
  object(number: number): Value {
    let object = this.#objects.get(number);
    if (object === undefined) {
      const { heap, roots } = this.#store;
      const scope = roots.openScope();
      const scoped = this.#store.boundary.newExternRef(number) as Extract<Value, { kind: 'object' }>;
      const ref = roots.refOf(scoped.root);
      heap.clone(ref);
      object = { kind: 'object', root: roots.own(ref) };
      roots.closeScope(scope);
      this.#objects.set(number, object);
    }
    return object;
  }

  /** How many objects of its own the host has. */
  get ownedRoots(): number {
    return this.#objects.size;
  }

  /** Gives up the host's own objects, as a host does at its end. */
  releaseObjects(): void {
    for (const object of this.#objects.values()) if (object.kind === 'object') this.#store.roots.release(object.root);
    this.#objects.clear();
  }

  /** What is offered to one instance; each gets functions of its own. */
  importsFor(importer: Importer): Imports {
    const made = new Map<string, FunctionInstance>();
    return (module, name) => {
      if (module !== HOST_MODULE || !Object.hasOwn(HOST_TYPES, name)) return undefined;
      let fn = made.get(name);
      if (fn === undefined) made.set(name, (fn = this.#function(name as HostName, importer)));
      return fn;
    };
  }

  #function(name: HostName, importer: Importer): FunctionInstance {
    const run = this.#behaviour(name, importer);
    const cost = name === 'gc' || name === 'cb_gc' ? COLLECTION_FUEL : CALL_FUEL;
    return this.#store.newHostFunction(HOST_TYPES[name], (args) => {
      this.#store.charge(cost);
      this.trace.push({ name, args: args.map((value) => observeValue(this.#store, value)) });
      try {
        return run(args);
      } catch (error) {
        // The runtime takes any other exception for a failure of the host.
        throw isExpected(error) ? error : new Crash(error);
      }
    });
  }

  #behaviour(name: HostName, importer: Importer): HostCall {
    const { boundary } = this.#store;
    switch (name) {
      case 'gc':
        return () => {
          this.#store.collect();
          return [];
        };
      case 'id':
      case 'idf':
        return (args) => args;
      case 'mk':
        return ([number]) => [boundary.newExternRef((number as Extract<Value, { kind: 'i32' }>).value)];
      case 'val':
        return ([object]) => [{ kind: 'i32', value: (boundary.hostValueOf(object!) as number | undefined) ?? -1 }];
      case 'two':
        return () => [boundary.newExternRef(1), boundary.newExternRef(2)];
      case 'bad':
        return () => [boundary.newExternRef(0), { kind: 'null' }];
      case 'cb':
        return () => {
          this.#callExport(importer, 'cb');
          return [];
        };
      case 'cb_gc':
        return () => {
          this.#andThen(importer, () => {
            this.#store.collect();
            this.#whilePending(() => {
              if (importer.instance?.exports.has('churn') === true) this.#callExport(importer, 'churn');
            });
          });
          return [];
        };
      case 'cb_twice':
        return () => {
          this.#andThen(importer, () => this.#whilePending(() => this.#callExport(importer, 'cb')));
          this.#callExport(importer, 'cb');
          return [];
        };
      case 'cb_trap':
        return () => {
          try {
            this.#callExport(importer, 'cb');
          } catch (signal) {
            if (!(signal instanceof Trap)) throw signal;
          }
          return [];
        };
    }
  }

  /** Calls `cb`; if it throws, runs the handler and rethrows. */
  #andThen(importer: Importer, handle: () => void): void {
    try {
      this.#callExport(importer, 'cb');
    } catch (signal) {
      if (signal instanceof UncaughtException) handle();
      throw signal;
    }
  }

  /**
   * Calls into Wasm while an exception is pending. There is one slot for it, which the call may use for
   * exceptions of its own: the host roots its exception and puts it back. If the call fails, that replaces it.
   */
  #whilePending(run: () => void): void {
    const { heap, roots, pendingException, operations } = this.#store;
    const exception = pendingException[0]!;
    const scope = roots.openScope();
    heap.clone(exception);
    roots.root(exception);
    try {
      run();
      operations.exceptions.setPending(exception);
    } catch (signal) {
      if (!(signal instanceof UncaughtException)) operations.exceptions.setPending(NULL);
      throw signal;
    } finally {
      roots.closeScope(scope);
    }
  }

  #callExport({ instance }: Importer, name: string): void {
    const fn = instance?.exports.get(name);
    if (fn?.kind !== 'func') throw new Trap('hostError', `there is no function ${name} to call back`);
    const scope = this.#store.roots.openScope();
    try {
      call(this.#store, fn, []);
    } finally {
      this.#store.roots.closeScope(scope);
    }
  }
}

/** Signals of the runtime, and values that do not fit. */
function isExpected(error: unknown): boolean {
  if (error instanceof Trap || error instanceof Exhaustion || error instanceof Fault) return true;
  return error instanceof UncaughtException || error instanceof HostValueError;
}
