/** Who drives the engines of each family. */
import { BinaryenEngine } from './binaryen/interpreter.ts';
import { BinaryenOptimiser } from './binaryen/optimiser-engine.ts';
import type { ForeignEngine, ForeignSpec } from './foreign-engine.ts';
import { JavaScriptEngine } from './javascript/engine.ts';
import { JSC, SPIDERMONKEY, V8 } from './javascript/traps.ts';
import { WabtInterpreter } from './wabt/interpreter.ts';
import { WabtValidator } from './wabt/validator.ts';
import { WasmtimeEngine } from './wasmtime/engine.ts';

const ADAPTERS: Readonly<Record<string, (spec: ForeignSpec) => ForeignEngine>> = {
  v8: (spec) => new JavaScriptEngine(spec, V8),
  jsc: (spec) => new JavaScriptEngine(spec, JSC),
  spidermonkey: (spec) => new JavaScriptEngine(spec, SPIDERMONKEY),
  wasmtime: (spec) => new WasmtimeEngine(spec),
  binaryen: (spec) => new BinaryenEngine(spec),
  'binaryen-opt': (spec) => new BinaryenOptimiser(spec),
  wabt: (spec) => new WabtValidator(spec),
  'wabt-interp': (spec) => new WabtInterpreter(spec),
};

/** @param spec of a family of `FAMILIES` */
export function engineOf(spec: ForeignSpec): ForeignEngine {
  return ADAPTERS[spec.family]!(spec);
}
