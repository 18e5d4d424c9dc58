/**
 * Building modules with binaryen. Its validator is asked each time and what it emits is decoded strictly, so a mistake of a
 * generator shows here and not as a finding.
 *
 * Types live in a table of the process that is never cleared, about 0.75 KB for each new group of types: generators take
 * theirs from a bounded pool. An abort inside binaryen leaves its one instance unusable until the process ends.
 */
import binaryen from 'binaryen';
import { binaryenFeatures } from '#fuzz/program/binaryen-features.ts';
import { decode } from '#wasm/binary/decode.ts';
import type { Module } from '#wasm/syntax/module.ts';

export const FEATURES = binaryenFeatures(binaryen);

/**
 * Builds a module and lets go of binaryen's memory for it.
 * @throws whatever `build` or binaryen throws; Error when the module is not valid
 */
export function buildModule(build: (m: binaryen.Module) => void): Module {
  const m = new binaryen.Module();
  m.setFeatures(FEATURES);
  build(m);
  if (m.validate() !== 1) throw new Error('binaryen finds the module that was built not valid');
  const module = decode(m.emitBinary());
  m.dispose();
  return module;
}

/** A reference type. */
export function refTo(heapType: binaryen.HeapType, nullable: boolean): binaryen.Type {
  return binaryen.getTypeFromHeapType(heapType, nullable);
}

/** Abstract heap types; binaryen declares constants of these names but does not define them. */
export const ABSTRACT = {
  any: binaryen.getHeapType(binaryen.anyref),
  eq: binaryen.getHeapType(binaryen.eqref),
  i31: binaryen.getHeapType(binaryen.i31ref),
  struct: binaryen.getHeapType(binaryen.structref),
  array: binaryen.getHeapType(binaryen.arrayref),
} as const;
