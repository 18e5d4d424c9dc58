/**
 * Function instances (spec: Execution / Runtime Structure / Function Instances). A reference to a function is
 * its address in the store; address 0 is null.
 */
import type { FuncType } from '#wasm/syntax/types.ts';
import type { CompiledFunction } from './compile/compiled.ts';
import type { Instance } from './instance.ts';
import type { Value } from './value.ts';

/**
 * A function of the host. Its arguments are rooted until it returns. It may call back into Wasm, and may let
 * the signals of `outcome.ts` pass; any other exception is a trap (`hostError`).
 */
export type HostCall = (args: readonly Value[]) => readonly Value[];

export class WasmFunction {
  readonly kind = 'func';
  readonly host: undefined = undefined;
  readonly address: number;
  /** Canonical id of its type. */
  readonly typeId: number;
  readonly instance: Instance;
  readonly code: CompiledFunction;
  constructor(address: number, typeId: number, instance: Instance, code: CompiledFunction) {
    this.address = address;
    this.typeId = typeId;
    this.instance = instance;
    this.code = code;
  }
}

export class HostFunction {
  readonly kind = 'func';
  readonly host: HostCall;
  readonly address: number;
  /** Canonical id of its type. */
  readonly typeId: number;
  /** Heap types are canonical. */
  readonly type: FuncType;
  readonly paramWords: number;
  readonly resultWords: number;
  constructor(address: number, typeId: number, type: FuncType, words: { params: number; results: number }, host: HostCall) {
    this.address = address;
    this.typeId = typeId;
    this.type = type;
    this.paramWords = words.params;
    this.resultWords = words.results;
    this.host = host;
  }
}

export type FunctionInstance = WasmFunction | HostFunction;
