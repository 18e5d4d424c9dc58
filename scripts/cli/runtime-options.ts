/** The options that describe a store, shared by every command that runs modules in our own runtime. */
import {
  DEFAULT_HEAP_OPTIONS,
  DEFAULT_LIMITS,
  DEFAULT_OPTIONS,
  type CollectionOptions,
  type HeapOptions,
  type Limits,
  type StoreOptions,
} from '#runtime/options.ts';
import { UsageError } from './errors.ts';
import { bytes, choice, integer, list, onOff } from './kinds.ts';
import { option, type Kind, type Values } from './option.ts';

const MAX_INT32 = 2 ** 31 - 1;
/** References are signed 32-bit byte offsets. */
const MAX_HEAP_BYTES = 2 ** 30;

/** A moment to collect: `entry` of each exported call, or the number of a safe point. */
const moment: Kind<'entry' | number> = {
  placeholder: 'entry|N',
  wants: `'entry' or a safe point, counted from 1`,
  parse: (text) => (text === 'entry' ? text : integer(1, MAX_INT32).parse(text)),
};

/** All of them are undefined when absent, so that a command can tell whether any was given. */
export const runtimeOptions = {
  collector: option(choice('drc', 'null'), 'which collector to run'),
  drops: option(choice('immediate', 'deferred'), `when an object whose count reaches zero is freed: at once or at the next collection; default ${DEFAULT_HEAP_OPTIONS.drops}`),
  'collect-at': option(list(moment), 'collect at the entry of exported calls or at these safe points, counted from 1'),
  zeal: option(integer(0, MAX_INT32), 'collect at every N-th safe point; default 0, never'),
  'alloc-zeal': option(integer(0, MAX_INT32), 'collect before every N-th allocation; default 0, never'),
  audit: option(onOff, 'recount every object and check the collector\'s lists at every safe point; default off'),
  poison: option(onOff, 'fill unused heap bytes with a pattern and check it; default off'),
  'oasr-threshold': option(integer(1, MAX_INT32), `length of the stack-root list at which a read collects; default ${DEFAULT_HEAP_OPTIONS.oasrThreshold}`),
  heap: option(bytes(0, MAX_HEAP_BYTES), `size of the heap at its first use; default ${DEFAULT_HEAP_OPTIONS.initialBytes}`),
  'heap-max': option(bytes(0, MAX_HEAP_BYTES), `the heap never grows beyond this; default ${DEFAULT_HEAP_OPTIONS.maxBytes}`),
  'heap-growth-step': option(bytes(16, MAX_HEAP_BYTES), `smallest step of growth; default ${DEFAULT_HEAP_OPTIONS.growthStep}`),
  fuel: option(integer(1, MAX_INT32), `instructions and bulk elements that a store may execute; default ${DEFAULT_LIMITS.fuel}`),
  'call-depth': option(integer(1, 1_000_000), `frames on the call stack; default ${DEFAULT_LIMITS.callDepth}`),
} as const;

export type RuntimeOptionValues = Values<typeof runtimeOptions>;

/** Whether the command line says anything about the store. */
export function anyRuntimeOption(values: RuntimeOptionValues): boolean {
  return Object.keys(runtimeOptions).some((name) => values[name as keyof RuntimeOptionValues] !== undefined);
}

function heapOptions(values: RuntimeOptionValues): HeapOptions {
  const base = DEFAULT_HEAP_OPTIONS;
  const maxBytes = values['heap-max'] ?? Math.max(base.maxBytes, values.heap ?? 0);
  const initialBytes = values.heap ?? base.initialBytes;
  if (initialBytes > maxBytes) throw new UsageError(`--heap ${initialBytes} exceeds --heap-max ${maxBytes}`);
  return {
    ...base,
    initialBytes,
    maxBytes,
    growthStep: values['heap-growth-step'] ?? base.growthStep,
    drops: values.drops ?? base.drops,
    oasrThreshold: values['oasr-threshold'] ?? base.oasrThreshold,
    poison: values.poison ?? base.poison,
    integrity: values.audit ?? base.integrity,
  };
}

function limits(values: RuntimeOptionValues): Limits {
  return {
    ...DEFAULT_LIMITS,
    fuel: values.fuel ?? DEFAULT_LIMITS.fuel,
    callDepth: values['call-depth'] ?? DEFAULT_LIMITS.callDepth,
  };
}

function collection(values: RuntimeOptionValues): CollectionOptions {
  const moments = values['collect-at'] ?? [];
  return {
    zeal: values.zeal ?? 0,
    allocZeal: values['alloc-zeal'] ?? 0,
    atEntry: moments.includes('entry'),
    atSafePoints: moments.filter((moment) => moment !== 'entry'),
  };
}

/** @throws UsageError when options contradict each other */
export function storeOptions(values: RuntimeOptionValues): StoreOptions {
  return {
    ...DEFAULT_OPTIONS,
    heap: heapOptions(values),
    limits: limits(values),
    collection: collection(values),
    audit: values.audit === true ? 'safePoints' : 'off',
  };
}
