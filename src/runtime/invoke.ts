/**
 * Calling into Wasm (spec: Execution / Modules / Invocation).
 */
import type { FunctionInstance } from './function.ts';
import type { Outcome } from './outcome.ts';
import { Exhaustion, Fault, Trap, UncaughtException } from './outcome.ts';
import { totalWords } from './host-boundary.ts';
import type { Store } from './store.ts';
import type { Value } from './value.ts';

/**
 * Calls a function and lets its signals pass; for host functions that call back.
 * @returns the results; references are rooted in the caller's scope
 * @throws Trap, Exhaustion, Fault, UncaughtException; HostValueError when arguments do not fit
 */
export function call(store: Store, fn: FunctionInstance, args: readonly Value[]): Value[] {
  const { boundary, stack } = store;
  const type = boundary.typeOf(fn);
  const { sp, depth } = stack;
  if (store.activations >= store.options.limits.hostDepth) throw new Exhaustion('callStack', 'host calls nest too deeply');
  store.activations++;
  try {
    const words = totalWords(type.params);
    stack.reserve(sp + Math.max(words, totalWords(type.results)));
    boundary.fromHost(args, type.params, sp);
    if (fn.host === undefined) {
      stack.enter(fn, sp + words);
      store.entrySafePoint();
      store.execute(store, stack.depth);
    } else {
      stack.sp = sp + words;
      if (boundary.enterHost(fn)) throw new UncaughtException();
    }
    const results = boundary.toHost(type.results, stack.i32, sp);
    stack.sp = sp;
    stack.depth = depth;
    store.safePoint();
    return results;
  } catch (signal) {
    store.noteEnd(signal);
    boundary.unwind(sp, depth);
    if (!(signal instanceof Fault)) store.done('unwinding');
    throw signal;
  } finally {
    store.activations--;
  }
}

/**
 * Calls a function.
 * @throws HostValueError when arguments do not fit
 */
export function invoke(store: Store, fn: FunctionInstance, args: readonly Value[]): Outcome {
  try {
    return { kind: 'returned', values: call(store, fn, args) };
  } catch (signal) {
    return outcomeOf(signal);
  }
}

/** The outcome that a signal stands for. @throws whatever is no signal */
export function outcomeOf(signal: unknown): Exclude<Outcome, { kind: 'returned' }> {
  if (signal instanceof Trap) return { kind: 'trapped', trap: signal.code, detail: signal.detail };
  if (signal instanceof Exhaustion) return { kind: 'exhausted', resource: signal.resource, detail: signal.detail };
  if (signal instanceof UncaughtException) return { kind: 'threw' };
  if (signal instanceof Fault) return { kind: 'faulted', fault: signal };
  throw signal;
}
