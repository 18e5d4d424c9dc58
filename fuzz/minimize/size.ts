/** Sizes as people count them. */
import type { Program } from '#fuzz/program/program.ts';
import { bytesOf, instructionsOf } from '#fuzz/program/size.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { Size } from './protocol.ts';

/** Of all modules together. */
export function measure(program: Program): Size {
  const types = program.modules.reduce((count, { module }) => count + typesOf(module).length, 0);
  return { bytes: bytesOf(program), instructions: instructionsOf(program), types };
}
