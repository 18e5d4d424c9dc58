/**
 * Takes bytes through everything that could stumble over them: decoding, validation, comparison with V8's
 * verdict, and where they are a module, linking and a bounded run of every export on both collectors. Typed
 * errors and outcomes are what should come out; anything else is a problem.
 */
import { HostEnv } from '#fuzz/engines/host-env.ts';
import type { Importer } from '#fuzz/engines/host-env.ts';
import { MAX_COLLECTION_BYTES } from '#fuzz/engines/run.ts';
import { compileModule } from '#runtime/compile/compile.ts';
import type { CompiledModule } from '#runtime/compile/compiled.ts';
import { instantiate } from '#runtime/instantiate.ts';
import type { Instantiation } from '#runtime/instantiate.ts';
import { invoke } from '#runtime/invoke.ts';
import { LinkError } from '#runtime/link.ts';
import type { StoreOptions } from '#runtime/options.ts';
import { DEFAULT_HEAP_OPTIONS } from '#runtime/options.ts';
import type { Outcome } from '#runtime/outcome.ts';
import { COLLECTORS, PARTS } from '#runtime/parts.ts';
import type { CollectorName } from '#runtime/parts.ts';
import { Store } from '#runtime/store.ts';
import type { Value } from '#runtime/value.ts';
import { decode } from '#wasm/binary/decode.ts';
import { DecodeError, LimitError, UnsupportedError, ValidationError } from '#wasm/errors.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { ValType, isNullable, isRefType } from '#wasm/syntax/types.ts';
import type { ValType as ValTypeCode } from '#wasm/syntax/types.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import type { Random } from '#fuzz/generators/random.ts';
import { differenceFromV8 } from './v8-verdict.ts';
import type { Difference, OwnVerdict } from './v8-verdict.ts';

export interface Judgement {
  /** Where the bytes got to. */
  readonly stage: 'malformed' | 'unsupported' | 'limit' | 'invalid' | 'link error' | 'not instantiated' | 'instantiated';
  /** How instantiations and calls ended, for example `returned`, `trapped unreachable`, `exhausted fuel`. */
  readonly ends: readonly string[];
  readonly difference: Difference | undefined;
  /** What should not have happened. */
  readonly problems: readonly string[];
}

/** How a run is watched: the closer, the less fuel it gets. */
interface Watch {
  readonly fuel: number;
  readonly zeal: number;
  readonly audit: StoreOptions['audit'];
}
const WATCHES: readonly Watch[] = [
  { fuel: 100_000, zeal: 0, audit: 'off' },
  { fuel: 100_000, zeal: 0, audit: 'collections' },
  { fuel: 2000, zeal: 3, audit: 'collections' },
  { fuel: 1000, zeal: 1, audit: 'safePoints' },
];

function optionsFor(watch: Watch, random: Random): StoreOptions {
  const checked = watch.audit !== 'off';
  const oasrThreshold = random.pick([0, 1, 1024]);
  const drops = random.pick(['deferred', 'immediate'] as const);
  return {
    heap: { ...DEFAULT_HEAP_OPTIONS, maxBytes: 1 << 20, growthStep: 4096, drops, oasrThreshold, poison: checked, integrity: checked },
    limits: { fuel: watch.fuel, collectionBytes: MAX_COLLECTION_BYTES, callDepth: 500, stackWords: 1 << 15, hostDepth: 20, tableEntries: 10_000, memoryPages: 16 },
    collection: { zeal: watch.zeal, allocZeal: 0, atEntry: false, atSafePoints: [] },
    audit: watch.audit,
  };
}

/** @param random decides how runs are watched */
export function judge(bytes: Uint8Array, random: Random): Judgement {
  const registry = new TypeRegistry();
  const problems: string[] = [];
  const read = compile(bytes, registry);
  if ('problem' in read) return { stage: 'invalid', ends: [], difference: undefined, problems: [read.problem] };
  const difference = differenceFromV8(bytes, read.verdict);
  if (difference?.kind === 'unknown') problems.push(difference.message);
  if (read.compiled === undefined) {
    return { stage: read.verdict.kind as Exclude<OwnVerdict['kind'], 'valid'>, ends: [], difference, problems };
  }

  const watch = random.pick(WATCHES);
  const options = optionsFor(watch, random);
  const runs: (readonly string[])[] = [];
  let stage: Judgement['stage'] = 'instantiated';
  for (const collector of COLLECTORS) {
    const ends: string[] = [];
    runs.push(ends);
    try {
      stage = runAll(collector, options, registry, read.compiled, ends);
    } catch (error) {
      problems.push(`${collector}: ${describeError(error)}`);
    }
  }
  const ends = runs.flat();
  for (const end of ends) if (end.startsWith('faulted')) problems.push(end);
  const disagreement = disagreementOf(runs[0]!, runs[1]!);
  if (disagreement !== undefined) problems.push(disagreement);
  return { stage, ends, difference, problems };
}

/** Up to the first exhausted limit, of which each collector has its own, both must end alike. */
function disagreementOf(left: readonly string[], right: readonly string[]): string | undefined {
  const at = left.findIndex((end, i) => end !== right[i]);
  if (at < 0) return undefined;
  const isExhausted = (end: string): boolean => end.startsWith('exhausted');
  if ([...left.slice(0, at + 1), ...right.slice(0, at + 1)].some(isExhausted)) return undefined;
  return `collectors differ in call ${at}: ${left[at]}, ${right[at]}`;
}

type Read = { readonly verdict: OwnVerdict; readonly compiled?: CompiledModule } | { readonly problem: string };

function compile(bytes: Uint8Array, registry: TypeRegistry): Read {
  let module: Module | undefined;
  try {
    module = decode(bytes);
    return { verdict: { kind: 'valid' }, compiled: compileModule(module, registry) };
  } catch (error) {
    if (error instanceof ValidationError && module !== undefined) return { verdict: { kind: 'invalid', error, module } };
    if (error instanceof UnsupportedError) return { verdict: { kind: 'unsupported', error } };
    if (error instanceof LimitError) return { verdict: { kind: 'limit', error } };
    if (error instanceof DecodeError) return { verdict: { kind: 'malformed', error } };
    return { problem: describeError(error) };
  }
}
function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : `thrown: ${String(error)}`;
}

/** Instantiates the module in a store of its own and calls what it exports, as far as there are arguments. */
function runAll(
  collector: CollectorName,
  options: StoreOptions,
  registry: TypeRegistry,
  compiled: CompiledModule,
  ends: string[],
): Judgement['stage'] {
  const store = new Store(registry, PARTS[collector], options);
  const importer: Importer = { instance: undefined };
  let result: Instantiation;
  try {
    result = instantiate(store, compiled, new HostEnv(store).importsFor(importer));
  } catch (error) {
    if (error instanceof LinkError) return 'link error';
    throw error;
  }
  if (result.kind !== 'instantiated') {
    ends.push(describeEnd(result));
    return 'not instantiated';
  }
  importer.instance = result.instance;
  for (const fn of result.instance.exports.values()) {
    if (fn.kind !== 'func') continue;
    const args = defaultArguments(store.boundary.typeOf(fn).params);
    if (args === undefined) continue;
    const scope = store.roots.openScope();
    ends.push(describeEnd(invoke(store, fn, args)));
    store.roots.closeScope(scope);
    // What ran out of fuel would end the calls after it at once.
    store.fuel = options.limits.fuel;
  }
  return 'instantiated';
}

function describeEnd(outcome: Outcome | Exclude<Instantiation, { kind: 'instantiated' }>): string {
  switch (outcome.kind) {
    case 'trapped':
      return `trapped ${outcome.trap}`;
    case 'exhausted':
      return `exhausted ${outcome.resource}`;
    case 'faulted':
      return `faulted ${describeError(outcome.fault)}`;
    default:
      return outcome.kind;
  }
}

/** Zeros and nulls, or undefined when a parameter admits neither. */
function defaultArguments(types: readonly ValTypeCode[]): Value[] | undefined {
  const values = types.map(defaultValue);
  return values.includes(undefined) ? undefined : (values as Value[]);
}
function defaultValue(type: ValTypeCode): Value | undefined {
  switch (type) {
    case ValType.i32:
      return { kind: 'i32', value: 0 };
    case ValType.i64:
      return { kind: 'i64', value: 0n };
    case ValType.f32:
      return { kind: 'f32', bits: 0 };
    case ValType.f64:
      return { kind: 'f64', bits: 0n };
    case ValType.v128:
      return { kind: 'v128', bits: 0n };
    default:
      return isRefType(type) && isNullable(type) ? { kind: 'null' } : undefined;
  }
}
