/**
 * How an execution can end besides returning: the four failure kinds that must never be mixed up.
 *
 * Inside the interpreter each of them unwinds as one of these signals; `invoke` turns it into an `Outcome`.
 * Signals are not Errors: they are thrown often and need no stack trace.
 */
import type { Value } from './value.ts';

/** Trap conditions, worded after the official test suite. */
export type TrapCode =
  | 'unreachable'
  | 'integerDivideByZero'
  | 'integerOverflow'
  | 'invalidConversionToInteger'
  | 'outOfBoundsMemoryAccess'
  | 'outOfBoundsTableAccess'
  | 'outOfBoundsArrayAccess'
  | 'uninitializedElement'
  | 'indirectCallTypeMismatch'
  | 'nullReference'
  | 'nullFunctionReference'
  | 'nullStructReference'
  | 'nullArrayReference'
  | 'nullI31Reference'
  | 'nullExceptionReference'
  | 'castFailure'
  | 'allocationSizeTooLarge'
  | 'hostError';

export type Resource = 'fuel' | 'callStack' | 'heap' | 'table' | 'memory' | 'collections';

/** A WebAssembly trap (spec: Execution / Runtime Structure / Administrative Instructions). */
export class Trap {
  readonly code: TrapCode;
  /** Detail for people, for example the message of a failing host function. */
  readonly detail: string | undefined;
  constructor(code: TrapCode, detail?: string) {
    this.code = code;
    this.detail = detail;
  }
}

/** A limit of this runtime was reached; the program itself did nothing wrong. */
export class Exhaustion {
  readonly resource: Resource;
  readonly detail: string | undefined;
  constructor(resource: Resource, detail?: string) {
    this.resource = resource;
    this.detail = detail;
  }
}

/**
 * A WebAssembly exception on its way through the host. The exception itself sits in the store's pending
 * slot, which owns it; the signal carries nothing, so that nothing can hold a reference without counting it.
 */
export class UncaughtException {}

/**
 * A broken invariant of the runtime: "cannot happen". It names its invariant by the model's id (`C1`, `L1`,
 * `H7`) and, where there is one, the object by its heap address.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly invariant: string;
  /** Heap address of the object concerned. */
  readonly address: number | undefined;
  constructor(invariant: string, message: string, address?: number) {
    super(`${message} [${invariant}]`);
    this.invariant = invariant;
    this.address = address;
  }
}

export type Outcome =
  | { readonly kind: 'returned'; readonly values: readonly Value[] }
  | { readonly kind: 'trapped'; readonly trap: TrapCode; readonly detail?: string | undefined }
  | { readonly kind: 'threw' }
  | { readonly kind: 'exhausted'; readonly resource: Resource; readonly detail?: string | undefined }
  | { readonly kind: 'faulted'; readonly fault: Fault };

/** `0x110`, the way addresses are written everywhere. */
export function hex(address: number): string {
  return `0x${(address >>> 0).toString(16)}`;
}
