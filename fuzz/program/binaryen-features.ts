/** The part of WebAssembly that Programs use, in the words of binaryen. It is told one by one, for all that it knows is more than other engines do. */

/** Names in the library, each with that of the option of the tools, where it needs one. */
const FEATURES = {
  MutableGlobals: 'mutable-globals',
  NontrappingFPToInt: 'nontrapping-float-to-int',
  SignExt: 'sign-ext',
  BulkMemory: 'bulk-memory',
  // Comes with the one before, and older tools do not have it.
  BulkMemoryOpt: undefined,
  ReferenceTypes: 'reference-types',
  Multivalue: 'multivalue',
  GC: 'gc',
  ExceptionHandling: 'exception-handling',
  TailCall: 'tail-call',
  ExtendedConst: 'extended-const',
  MultiMemory: 'multimemory',
  SIMD128: 'simd',
} as const;
type FeatureName = keyof typeof FEATURES;

/** @param binaryen the library, or another instance of it; it is not imported here */
export function binaryenFeatures({ Features }: { readonly Features: Readonly<Record<FeatureName, number>> }): number {
  return (Object.keys(FEATURES) as FeatureName[]).reduce((features, name) => features | Features[name], 0);
}

/** The same, as options of `wasm-opt`. */
export const BINARYEN_OPTIONS: readonly string[] = Object.values(FEATURES).flatMap((name) => (name === undefined ? [] : [`--enable-${name}`]));
