/** The part of WebAssembly that Programs use, in the words of binaryen. It is told one by one, for all that it knows is more than other engines do. */

const NAMES = [
  'MutableGlobals',
  'NontrappingFPToInt',
  'SignExt',
  'BulkMemory',
  'BulkMemoryOpt',
  'ReferenceTypes',
  'Multivalue',
  'GC',
  'ExceptionHandling',
  'TailCall',
  'ExtendedConst',
  'MultiMemory',
  'SIMD128',
] as const;

/** @param binaryen the library, or another instance of it; it is not imported here */
export function binaryenFeatures({ Features }: { readonly Features: Readonly<Record<(typeof NAMES)[number], number>> }): number {
  return NAMES.reduce((features, name) => features | Features[name], 0);
}
