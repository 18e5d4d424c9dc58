/**
 * What bad input throws. Decoding, parsing and validating arbitrary input throws nothing else.
 */

/** A construct that is WebAssembly but that this project does not support yet. */
export type Feature = 'simd' | 'relaxed-simd' | 'memory64' | 'threads' | 'legacy-exceptions' | 'stack-switching' | 'custom-descriptors';

/** The bytes are not a module (spec: Binary Format). */
export class DecodeError extends Error {
  override readonly name: string = 'DecodeError';
  /** Byte offset in the module. */
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at offset ${offset})`);
    this.offset = offset;
  }
}

/** The bytes are a module that needs a feature which is not supported. */
export class UnsupportedError extends DecodeError {
  override readonly name = 'UnsupportedError';
  readonly feature: Feature;
  constructor(feature: Feature, what: string, offset: number) {
    super(`unsupported feature ${feature}: ${what}`, offset);
    this.feature = feature;
  }
}

/** The module exceeds a limit of this implementation. */
export class LimitError extends DecodeError {
  override readonly name = 'LimitError';
}

/** Where in a module something is: `function 3, instruction 12`. */
export interface Place {
  /** `function`, `global`, `table`, `element segment`, `data segment`, `type`, `export`, `import`, `tag`, `start`. */
  readonly space: string;
  readonly index?: number;
  /** Position in the body or constant expression. */
  readonly instruction?: number;
}

function describe(place: Place): string {
  const index = place.index === undefined ? '' : ` ${place.index}`;
  const instruction = place.instruction === undefined ? '' : `, instruction ${place.instruction}`;
  return `${place.space}${index}${instruction}`;
}

/** The module is not valid (spec: Validation). */
export class ValidationError extends Error {
  override readonly name = 'ValidationError';
  readonly place: Place;
  constructor(message: string, place: Place) {
    super(`${message} (in ${describe(place)})`);
    this.place = place;
  }
}

/** The text is not a module (spec: Text Format). */
export class ParseError extends Error {
  override readonly name = 'ParseError';
  /** 1-based, when the parser tells. */
  readonly line: number | undefined;
  constructor(message: string, line?: number) {
    super(line === undefined ? message : `${message} (line ${line})`);
    this.line = line;
  }
}
