/**
 * Values between host and Wasm (docs/collector.md, "Host boundary").
 *
 * A reference that the host hands over is cloned and exposed; one that it receives is cloned into a scoped
 * root. In between it must not be possible to collect, for what is exposed but not yet in a frame would be
 * swept: conversions run in a no-GC scope.
 */
import type { FuncType, ValType as ValTypeCode } from '#wasm/syntax/types.ts';
import { HeapType, ValType, heapTypeOf, isConcrete, isNullable, isRefType, typeName } from '#wasm/syntax/types.ts';
import type { FunctionInstance, HostFunction } from './function.ts';
import { NO_TYPE, ObjectKind } from './heap/gc-heap.ts';
import { EXTERN_BODY_BYTES } from './heap/layout.ts';
import { NULL, i31FromNumber, isI31 } from './heap/reference.ts';
import { RootError } from './host-roots.ts';
import { ADMITS_NULL, FUNCTION_HIERARCHY } from './interpreter/reference-ops.ts';
import { Exhaustion, Fault, Trap, UncaughtException } from './outcome.ts';
import type { Store } from './store.ts';
import type { Value } from './value.ts';

/** The host passed something that does not fit: a mistake of the host, not of the program. */
export class HostValueError extends Error {
  override readonly name = 'HostValueError';
}

/** Words that a value of the type takes on the stack. */
export function wordsOf(type: ValTypeCode): number {
  return type === ValType.v128 ? 4 : 2;
}
export function totalWords(types: readonly ValTypeCode[]): number {
  let words = 0;
  for (const type of types) words += wordsOf(type);
  return words;
}

export class HostBoundary {
  protected readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  typeOf(fn: FunctionInstance): FuncType {
    return this.store.registry.composite(fn.typeId) as FuncType;
  }

  // --- Wasm to host ------------------------------------------------------------------------------------

  /** Reads values of these types from `words` at `at`; references become scoped roots. */
  toHost(types: readonly ValTypeCode[], words: Int32Array, at: number): Value[] {
    const { heap } = this.store;
    heap.noGcDepth++;
    try {
      let from = at;
      return types.map((type) => {
        const value = this.valueToHost(type, words, from);
        from += wordsOf(type);
        return value;
      });
    } finally {
      heap.noGcDepth--;
    }
  }

  protected valueToHost(type: ValTypeCode, words: Int32Array, at: number): Value {
    const low = words[at]!;
    switch (type) {
      case ValType.i32:
        return { kind: 'i32', value: low };
      case ValType.f32:
        return { kind: 'f32', bits: low >>> 0 };
      case ValType.i64:
        return { kind: 'i64', value: BigInt.asIntN(64, pair(words, at)) };
      case ValType.f64:
        return { kind: 'f64', bits: pair(words, at) };
      case ValType.v128:
        return { kind: 'v128', bits: pair(words, at) | (pair(words, at + 2) << 64n) };
      default:
        if (low === NULL) return { kind: 'null' };
        return this.isFunctionType(type) ? { kind: 'func', address: low } : this.refToHost(low);
    }
  }

  /** Roots a reference that is not null, on behalf of the host. */
  refToHost(ref: number): Value {
    if (isI31(ref)) return { kind: 'i31', value: ref >> 1 };
    this.store.heap.clone(ref);
    return { kind: 'object', root: this.store.roots.root(ref) };
  }

  isFunctionType(type: ValTypeCode): boolean {
    const heapType = heapTypeOf(type);
    if (isConcrete(heapType)) return this.store.registry.composite(heapType).kind === 'func';
    return heapType === HeapType.func || heapType === HeapType.nofunc;
  }

  // --- Host to Wasm ------------------------------------------------------------------------------------

  /**
   * Writes values into the stack words from `at`, and exposes references to Wasm.
   * @throws HostValueError when a value is not of its type; nothing is exposed then
   */
  fromHost(values: readonly Value[], types: readonly ValTypeCode[], at: number): void {
    if (values.length !== types.length) {
      throw new HostValueError(`${types.length} values are expected, ${values.length} were given`);
    }
    const { heap } = this.store;
    values.forEach((value, i) => this.check(value, types[i]!));
    heap.noGcDepth++;
    try {
      let to = at;
      for (let i = 0; i < types.length; i++) {
        this.handOver(values[i]!, to);
        to += wordsOf(types[i]!);
      }
    } finally {
      heap.noGcDepth--;
    }
  }

  /** Writes a value into the stack words from `at`, which share the ownership of an object with the host. */
  protected handOver(value: Value, at: number): void {
    const { heap, stack } = this.store;
    this.writeValue(value, stack.i32, at);
    if (value.kind !== 'object') return;
    heap.clone(stack.i32[at]!);
    heap.expose(stack.i32[at]!);
  }

  /** Writes a value as words, without counting anything. */
  writeValue(value: Value, words: Int32Array, at: number): void {
    switch (value.kind) {
      case 'i32':
        words[at] = value.value;
        break;
      case 'f32':
        words[at] = value.bits;
        break;
      case 'i64':
        writePair(words, at, value.value);
        break;
      case 'f64':
        writePair(words, at, value.bits);
        break;
      case 'v128':
        writePair(words, at, value.bits);
        writePair(words, at + 2, value.bits >> 64n);
        break;
      case 'null':
        words[at] = NULL;
        break;
      case 'i31':
        words[at] = i31FromNumber(value.value);
        break;
      case 'func':
        words[at] = value.address;
        break;
      case 'object':
        words[at] = this.store.roots.refOf(value.root);
    }
  }

  /** @throws HostValueError when the value is not of the type */
  check(value: Value, type: ValTypeCode): void {
    if (!this.fits(value, type)) {
      throw new HostValueError(`a value of type ${typeName(type)} is expected, ${value.kind} was given`);
    }
  }

  /** Whether the value is of the type. */
  protected fits(value: Value, type: ValTypeCode): boolean {
    switch (value.kind) {
      case 'i32':
        return type === ValType.i32;
      case 'i64':
        return type === ValType.i64;
      case 'f32':
        return type === ValType.f32;
      case 'f64':
        return type === ValType.f64;
      case 'v128':
        return type === ValType.v128;
      default:
        return isRefType(type) && this.#refFits(value, type);
    }
  }
  #refFits(value: Extract<Value, { kind: 'null' | 'i31' | 'func' | 'object' }>, type: ValTypeCode): boolean {
    if (value.kind === 'null') return isNullable(type);
    const functions = this.isFunctionType(type);
    if (functions !== (value.kind === 'func')) return false;
    const heapType = heapTypeOf(type);
    const { heap, roots, operations } = this.store;
    if (value.kind === 'func') return operations.references.matches(value.address, heapType, ADMITS_NULL | FUNCTION_HIERARCHY);
    const ref = value.kind === 'i31' ? i31FromNumber(value.value) : roots.refOf(value.root);
    const isException = value.kind === 'object' && heap.kindOf(ref) === ObjectKind.exn;
    const wantsException = heapType === HeapType.exn || heapType === HeapType.noexn;
    return isException === wantsException && operations.references.matches(ref, heapType, ADMITS_NULL);
  }

  // --- Calls out ---------------------------------------------------------------------------------------

  /**
   * Calls a host function from the running frame with the topmost operands, which its results replace; a safe
   * point.
   * @returns whether it ended with an exception, which is pending then
   * @throws Trap, Exhaustion, Fault
   */
  callHost(callee: HostFunction): boolean {
    const threw = this.enterHost(callee);
    if (!threw) this.#safePointAfterCall(this.store.stack.depth);
    return threw;
  }

  /** As `callHost`, but for a caller that is the host: no frame has the results, so that it must not be a safe point. */
  enterHost(callee: HostFunction): boolean {
    const { roots, stack } = this.store;
    const { type } = callee;
    const scope = roots.openScope();
    stack.sp -= callee.paramWords;
    const base = stack.sp;
    const { depth } = stack;
    try {
      const args = this.toHost(type.params, stack.i32, base);
      const results = this.callOut(callee, args);
      stack.sp = base;
      this.fromHost(results, type.results, base);
      stack.sp = base + callee.resultWords;
    } catch (error) {
      if (error instanceof UncaughtException) return true;
      throw asSignal(error);
    } finally {
      stack.depth = depth;
      roots.closeScope(scope);
    }
    return false;
  }

  /** Forgets the frames and values above those that a call or an instantiation has found, on every way out of it but a return. */
  unwind(sp: number, depth: number): void {
    this.store.stack.sp = sp;
    this.store.stack.depth = depth;
  }

  /** Runs the host's own code. */
  protected callOut(callee: HostFunction, args: readonly Value[]): readonly Value[] {
    return callee.host(args);
  }

  /** The results are on the stack: of the two maps of a call, the first one holds. */
  #safePointAfterCall(depth: number): void {
    const { pcs } = this.store.stack;
    pcs[depth] = pcs[depth]! - 1;
    this.store.safePoint();
    pcs[depth] = pcs[depth]! + 1;
  }

  // --- Host objects --------------------------------------------------------------------------------------

  /** A new host object that stands for a host value; rooted in the current scope. */
  newExternRef(hostValue: unknown): Value {
    const { heap } = this.store;
    const ref = this.store.allocateForHost(ObjectKind.extern, NO_TYPE, heap.headerBytes + EXTERN_BODY_BYTES);
    const body = (ref + heap.headerBytes) >> 2;
    heap.i32[body] = heap.hostData.add(hostValue);
    heap.i32[body + 1] = 0;
    return { kind: 'object', root: this.store.roots.root(ref) };
  }

  /** The host value behind an externref, or undefined when the value is none. */
  hostValueOf(value: Value): unknown {
    if (value.kind !== 'object') return undefined;
    const { heap, roots } = this.store;
    const ref = roots.refOf(value.root);
    if (heap.kindOf(ref) !== ObjectKind.extern) return undefined;
    return heap.hostData.get(heap.i32[(ref + heap.headerBytes) >> 2]!);
  }
}


function pair(words: Int32Array, at: number): bigint {
  return BigInt(words[at]! >>> 0) | (BigInt(words[at + 1]! >>> 0) << 32n);
}
function writePair(words: Int32Array, at: number, bits: bigint): void {
  words[at] = Number(BigInt.asIntN(32, bits));
  words[at + 1] = Number(BigInt.asIntN(32, bits >> 32n));
}

/** What a failing host function does to the program: anything that is no signal of ours is a trap. */
function asSignal(error: unknown): unknown {
  if (error instanceof Trap || error instanceof Exhaustion || error instanceof Fault) return error;
  if (error instanceof HostValueError || error instanceof RootError) return new Trap('hostError', error.message);
  return new Trap('hostError', error instanceof Error ? error.message : String(error));
}
