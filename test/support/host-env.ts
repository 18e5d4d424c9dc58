/**
 * The host functions that hand-written modules import from `env`: collections, identities, host objects, and
 * calls back into the instance. Types are those of the fault catalogue.
 */
import type { Extern, Instance } from '#runtime/instance.ts';
import { call } from '#runtime/invoke.ts';
import { Trap, UncaughtException } from '#runtime/outcome.ts';
import type { Store } from '#runtime/store.ts';
import type { Value } from '#runtime/value.ts';
import type { ValType as ValTypeCode } from '#wasm/syntax/types.ts';
import { HeapType, ValType, refType } from '#wasm/syntax/types.ts';

const { i32, anyref, externref, funcref } = ValType;
const EQ = refType(HeapType.eq, false);

export interface HostEnvironment {
  readonly imports: ReadonlyMap<string, Extern>;
  /** Tells which instance's exports `cb` and `churn` are; before that, calling back does nothing. */
  readonly attach: (instance: Instance) => void;
}

export function hostEnvironment(store: Store): HostEnvironment {
  let attached: Instance | undefined;
  const callBack = (name: string): void => {
    const fn = attached?.exports.get(name);
    if (fn?.kind === 'func') call(store, fn, []);
  };
  const make = (value: number): Value => store.boundary.newExternRef(value);
  const numberOf = (value: Value): number => (store.boundary.hostValueOf(value) as number | undefined) ?? -1;

  const imports = new Map<string, Extern>();
  const define = (
    name: string,
    params: readonly ValTypeCode[],
    results: readonly ValTypeCode[],
    host: (args: readonly Value[]) => readonly Value[] | void,
  ): void => {
    imports.set(name, store.newHostFunction({ kind: 'func', params, results }, (args) => host(args) ?? []));
  };

  define('gc', [], [], () => store.collect());
  define('id', [anyref], [anyref], (args) => args);
  define('idf', [funcref], [funcref], (args) => args);
  define('mk', [i32], [externref], ([number]) => [make((number as { value: number }).value)]);
  define('val', [externref], [i32], ([object]) => [{ kind: 'i32', value: numberOf(object!) }]);
  define('two', [], [externref, externref], () => [make(1), make(2)]);
  define('bad', [], [externref, EQ], () => [make(1), { kind: 'null' }]);
  define('cb', [], [], () => callBack('cb'));
  define('cb_gc', [], [], () => {
    try {
      callBack('cb');
    } catch (signal) {
      if (!(signal instanceof UncaughtException)) throw signal;
      store.collect();
      callBack('churn');
      throw signal;
    }
  });
  define('cb_twice', [], [], () => {
    try {
      callBack('cb');
    } catch (signal) {
      if (!(signal instanceof UncaughtException)) throw signal;
    }
    callBack('cb');
  });
  define('cb_trap', [], [], () => {
    try {
      callBack('cb');
    } catch (signal) {
      if (!(signal instanceof Trap)) throw signal;
    }
  });
  return {
    imports,
    attach: (instance) => {
      attached = instance;
    },
  };
}
