/** What scripts must be like for Binaryen's interpreter, `wasm-shell`. */
import type { ScriptOptions } from '../wast.ts';

/** It frees objects at once when nobody holds them, and has nothing that collects. */
export const NO_COLLECTOR = ['(module $gc (func (export "gc"))) (register "env" $gc)'];

/**
 * The shell forgets the identifiers of modules in binary, and lets go of a module when another has its name, though instances of it live on. It prints
 * traps, and checks no texts.
 */
export const SCRIPT_OPTIONS: ScriptOptions = { prelude: NO_COLLECTOR, trapTexts: false, namesInBytes: true };
