/**
 * Building modules with binaryen. What it emits is decoded strictly. Its own validator is not asked, which would take an eighth of the time:
 * ours is asked of every module before it runs, and V8's in the tests of the generators.
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
 * @throws whatever `build` or binaryen throws
 */
export function buildModule(build: (m: binaryen.Module) => void): Module {
  const m = new binaryen.Module();
  m.setFeatures(FEATURES);
  build(m);
  const module = decode(m.emitBinary());
  m.dispose();
  return module;
}

/** Reference types by heap type, those with null and those without: asking binaryen is a call into its module. */
const referenceTypes = [new Map<binaryen.HeapType, binaryen.Type>(), new Map<binaryen.HeapType, binaryen.Type>()] as const;

/** A reference type. */
export function refTo(heapType: binaryen.HeapType, nullable: boolean): binaryen.Type {
  const known = referenceTypes[nullable ? 1 : 0];
  let type = known.get(heapType);
  if (type === undefined) known.set(heapType, (type = binaryen.getTypeFromHeapType(heapType, nullable)));
  return type;
}

/** Abstract heap types; binaryen declares constants of these names but does not define them. */
export const ABSTRACT = {
  any: binaryen.getHeapType(binaryen.anyref),
  eq: binaryen.getHeapType(binaryen.eqref),
  i31: binaryen.getHeapType(binaryen.i31ref),
  struct: binaryen.getHeapType(binaryen.structref),
  array: binaryen.getHeapType(binaryen.arrayref),
} as const;
