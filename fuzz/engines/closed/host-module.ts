/**
 * The host functions of `host-env.ts` as a module of their own, for engines that offer nothing but WebAssembly. All that is left to ask of an
 * engine is a function that collects.
 *
 * What the host sees is folded into numbers: `show` makes one of a value, `trace` one of all calls so far. A host object is a struct of a type that
 * no Program has. What Wasm cannot do is done otherwise: a trap of `cb` is not swallowed by `cb_trap`, and without exception
 * handling `cb_gc` and `cb_twice` only call `cb`. Without GC types there are no host objects, only null in their place. Since a closed Program is
 * compared with itself, that makes no difference to anyone.
 */
import type { HostName } from '#fuzz/program/host-types.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { parse } from '#wasm/text/parse.ts';

/** Under which modules of a closed Program import it. */
export const CLOSED_HOST = 'gctwin:host';
/** What the engine itself offers. */
export const COLLECT = { module: 'env', name: 'gc' } as const;

export const CALLBACKS = ['cb', 'cb_gc', 'cb_twice', 'cb_trap'] as const satisfies readonly HostName[];
type Callback = (typeof CALLBACKS)[number];

export interface HostNeeds {
  /** Functions that call back, by the position of the module that imports them. */
  readonly callbacks: readonly { readonly name: Callback; readonly module: number }[];
  /** Slots of the tables `kept` and `keptFunctions`. */
  readonly slots: number;
  /** Whether the engine has to know about exceptions. */
  readonly exceptions: boolean;
  /** Whether the engine has to know about GC types. */
  readonly gc: boolean;
}

export function isCallback(name: string): name is Callback {
  return (CALLBACKS as readonly string[]).includes(name);
}
/** Each module that imports a function that calls back has one of its own. */
export function callbackName(name: Callback, module: number): string {
  return `${name}:${module}`;
}
/** Entry of the table `callbacks` where a module's export `cb` goes; that of `churn` follows. */
export function callbackEntry(module: number): number {
  return 2 * module;
}

/** Forgets what is kept in a slot. */
export function releaseName(slot: number): string {
  return `release:${slot}`;
}

const COMMON = `
  (type $back (func))
  (import "${COLLECT.module}" "${COLLECT.name}" (func $collect))
  (global $trace (mut i32) (i32.const 0))
  (func $note (param i32)
    (global.set $trace (i32.add (i32.mul (global.get $trace) (i32.const 31)) (local.get 0))))
  (func (export "trace") (result i32) (global.get $trace))
  (func (export "gc") (call $note (i32.const 1)) (call $collect))
  (func (export "idf") (param funcref) (result funcref)
    (call $note (i32.const 3)) (call $note (ref.is_null (local.get 0))) (local.get 0))
  (func (export "mk") (param i32) (result externref)
    (call $note (i32.const 4)) (call $note (local.get 0)) (call $object (local.get 0)))
  (func (export "two") (result externref externref)
    (call $note (i32.const 6)) (call $object (i32.const 1)) (call $object (i32.const 2)))`;

const WITH_GC = `
  (rec (type $host (struct (field i32))) (type (struct (field (ref null $host)) (field (mut i64)) (field i32))))
  (func $show (export "show") (param anyref) (result i32)
    (if (ref.is_null (local.get 0)) (then (return (i32.const 0))))
    (if (ref.test (ref i31) (local.get 0))
      (then (return (i32.add (i32.mul (i31.get_s (ref.cast (ref i31) (local.get 0))) (i32.const 4)) (i32.const 1)))))
    (if (ref.test (ref $host) (local.get 0))
      (then (return (i32.add (i32.mul (struct.get $host 0 (ref.cast (ref $host) (local.get 0))) (i32.const 4)) (i32.const 2)))))
    (i32.const 3))
  (func $object (export "object") (param i32) (result externref)
    (extern.convert_any (struct.new $host (local.get 0))))
  (func (export "id") (param anyref) (result anyref)
    (call $note (i32.const 2)) (call $note (call $show (local.get 0))) (local.get 0))
  (func (export "val") (param externref) (result i32) (local anyref)
    (local.set 1 (any.convert_extern (local.get 0)))
    (call $note (i32.const 5)) (call $note (call $show (local.get 1)))
    (if (result i32) (ref.test (ref $host) (local.get 1))
      (then (struct.get $host 0 (ref.cast (ref $host) (local.get 1))))
      (else (i32.const -1))))
  (func (export "bad") (result externref (ref eq)) (call $note (i32.const 7)) (unreachable))`;

const WITHOUT_GC = `
  (func $object (export "object") (param i32) (result externref) (ref.null extern))
  (func (export "val") (param externref) (result i32)
    (call $note (i32.const 5)) (call $note (ref.is_null (local.get 0))) (i32.const -1))`;

const TABLES = ({ callbacks, slots }: HostNeeds): string => `
  (table $kept (export "kept") ${slots} externref)
  (table $keptFunctions (export "keptFunctions") ${slots} funcref)
  (table $callbacks (export "callbacks") ${Math.max(0, ...callbacks.map(({ module }) => callbackEntry(module) + 2))} funcref)`;

/** Calls an entry of the table of functions to call back, which traps while there is none. */
const back = (entry: number): string => `(call_indirect $callbacks (type $back) (i32.const ${entry}))`;
/** Leaves the exception that is thrown, or returns. */
const thrown = (entry: number, after: string): string =>
  `(block $thrown (result exnref) (try_table (catch_all_ref $thrown) ${back(entry)}) ${after} (return))`;

function body(name: Callback, entry: number, exceptions: boolean): string {
  if (!exceptions || name === 'cb' || name === 'cb_trap') return back(entry);
  if (name === 'cb_gc') {
    const churn = `(if (i32.eqz (ref.is_null (table.get $callbacks (i32.const ${entry + 1})))) (then ${back(entry + 1)}))`;
    return `(local $exception exnref) (local.set $exception ${thrown(entry, '')}) (call $collect) ${churn} (throw_ref (local.get $exception))`;
  }
  const again = `(block $again (result exnref) (try_table (catch_all_ref $again) ${back(entry)}) (throw_ref (local.get $exception)))`;
  return `(local $exception exnref) (local.set $exception ${thrown(entry, back(entry))}) (throw_ref ${again})`;
}

function textOf(needs: HostNeeds): string {
  const callbacks = needs.callbacks.map(
    ({ name, module }) =>
      `(func (export "${callbackName(name, module)}") ${body(name, callbackEntry(module), needs.exceptions).replace(/^((?:\(local \S+ \S+\) )*)/, `$1(call $note (i32.const ${8 + CALLBACKS.indexOf(name)})) `)})`,
  );
  const releases = Array.from(
    { length: needs.slots },
    (_, slot) =>
      `(func (export "${releaseName(slot)}") (table.set $kept (i32.const ${slot}) (ref.null extern)) (table.set $keptFunctions (i32.const ${slot}) (ref.null func)))`,
  );
  return `(module ${COMMON} ${needs.gc ? WITH_GC : WITHOUT_GC} ${TABLES(needs)} ${[...callbacks, ...releases].join('\n')})`;
}

const known = new Map<string, Module>();

/** The same module for the same needs. */
export function hostModule(needs: HostNeeds): Module {
  const key = JSON.stringify(needs);
  let module = known.get(key);
  if (module === undefined) known.set(key, (module = parse(textOf(needs))));
  return module;
}
