/**
 * Values at the boundary between host and Wasm. Floats travel as bit patterns, because a JavaScript number
 * cannot hold every NaN; references travel as handles, never as heap addresses.
 */
import type { HostRoot } from './host-roots.ts';

export type Value =
  | { readonly kind: 'i32'; readonly value: number }
  | { readonly kind: 'i64'; readonly value: bigint }
  /** Unsigned bits. */
  | { readonly kind: 'f32'; readonly bits: number }
  /** Unsigned bits. */
  | { readonly kind: 'f64'; readonly bits: bigint }
  /** Unsigned bits, little endian. */
  | { readonly kind: 'v128'; readonly bits: bigint }
  /** Null of any hierarchy. */
  | { readonly kind: 'null' }
  /** `value` is signed 31 bits. */
  | { readonly kind: 'i31'; readonly value: number }
  /** Address of a function in the store. */
  | { readonly kind: 'func'; readonly address: number }
  /** A struct, array, exception or host object. */
  | { readonly kind: 'object'; readonly root: HostRoot };
