/**
 * The compiler's stack maps against the scan of frames by static types: at every safe point of every function both
 * must name the same places. The one follows validation while code is made, the other validates anew.
 */
import { describe, expect, it } from 'vitest';
import { HostileCases } from '#fuzz/hostile/cases.ts';
import { SEED_MODULES } from '#fuzz/hostile/seeds.ts';
import type { FrameSlot } from '#runtime/audit/frame-types.ts';
import { frameSlots } from '#runtime/audit/frame-types.ts';
import { code as codes } from '#runtime/compile/code.ts';
import type { CodeName } from '#runtime/compile/code.ts';
import type { CompiledFunction, CompiledModule } from '#runtime/compile/compiled.ts';
import { compileModule } from '#runtime/compile/compile.ts';
import { WasmFunction } from '#runtime/function.ts';
import type { Instance } from '#runtime/instance.ts';
import { decode } from '#wasm/binary/decode.ts';
import { DecodeError, ValidationError } from '#wasm/errors.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import { readModuleCommands, specDirectory } from '../spec/spec-directory.ts';

/** Codes whose last word is the map of their safe point, by how many scratch references it has above the operands. */
const SCRATCH: Readonly<Partial<Record<CodeName, number>>> = {
  throw: 0,
  'global.get ref': 0,
  'table.get ref': 0,
  'struct.new': 0,
  'struct.new_default': 0,
  'struct.get ref': 0,
  'array.new': 0,
  'array.new_default': 0,
  'array.new_fixed': 0,
  'array.new_data': 0,
  'array.new_elem': 2,
  'array.get ref': 0,
  'array.copy': 1,
  'array.init_elem': 1,
  'table.init': 1,
  'table.copy': 1,
};
const CALLS: readonly CodeName[] = ['call', 'call_indirect', 'call_ref', 'return_call', 'return_call_indirect', 'return_call_ref'];
const scratchOf = new Map(Object.entries(SCRATCH).map(([name, scratch]) => [codes[name as CodeName] as number, scratch]));
const calls = new Set(CALLS.map((name) => codes[name] as number));

/** What was compared, so that a test that compares nothing does not pass. */
const compared = new Map<number, number>();

function locations(slots: readonly FrameSlot[], kind: FrameSlot['kind']): number[] {
  return slots.filter((slot) => slot.kind === kind).map(({ location }) => location);
}

function problemsOf(compiled: CompiledModule): string[] {
  const initialisers = [...compiled.globals, ...compiled.tables, ...compiled.elements.flat(), ...compiled.elementOffsets, ...compiled.dataOffsets];
  return [...compiled.functions, ...initialisers].flatMap((fn) => (fn === undefined ? [] : problemsOfFunction(compiled, fn)));
}

function problemsOfFunction(compiled: CompiledModule, fn: CompiledFunction): string[] {
  const { code, maps } = compiled;
  const scanned = new WasmFunction(0, -1, { compiled } as Instance, fn);
  const problems: string[] = [];
  const compare = (pc: number, opcode: number, extra: number): void => {
    compared.set(opcode, (compared.get(opcode) ?? 0) + 1);
    const slots = frameSlots(scanned, pc);
    const listed = [...maps.operands(code[pc - 1]!)];
    const expected = locations(slots, 'operand');
    const alike = listed.slice(0, expected.length).join() === expected.join() && listed.length === expected.length + extra;
    if (!alike) problems.push(`code 0x${opcode.toString(16)} at ${pc}: map [${listed}], scan [${expected}], scratch ${extra}`);
    if (locations(slots, 'local').join() !== fn.refLocals.join()) problems.push(`locals [${fn.refLocals}] at ${pc}`);
  };
  compare(fn.entry, -1, 0);
  for (let i = 0; i + 2 < fn.positions.length; i += 2) {
    const opcode = code[fn.positions[i]!]!;
    const behind = fn.positions[i + 2]!;
    if (calls.has(opcode)) {
      compare(behind, opcode, 0);
      compare(behind - 1, opcode, 0);
    }
    const scratch = scratchOf.get(opcode);
    if (scratch !== undefined) compare(behind, opcode, scratch);
  }
  return problems;
}

/** Undefined for what is no valid module. */
function compileIfValid(bytes: Uint8Array): CompiledModule | undefined {
  try {
    return compileModule(decode(bytes), new TypeRegistry());
  } catch (error) {
    if (error instanceof DecodeError || error instanceof ValidationError) return undefined;
    throw error;
  }
}
function problemsOfBinary(bytes: Uint8Array): string[] {
  const compiled = compileIfValid(bytes);
  return compiled === undefined ? [] : problemsOf(compiled);
}

const root = specDirectory();
if (root === undefined) console.warn('skipped: no test suite; set GCTWIN_SPEC');

describe('stack maps and static types name the same references', () => {
  it('in hand-written modules and mutants of them', { timeout: 60_000 }, () => {
    for (const module of SEED_MODULES) expect(problemsOfBinary(module)).toEqual([]);
    const cases = new HostileCases(20_260);
    for (let index = 0; index < 1500; index++) {
      expect(problemsOfBinary(cases.bytesOf(cases.randomOf(index))), `case ${index}`).toEqual([]);
    }
    const names = [...Object.keys(SCRATCH), ...CALLS] as CodeName[];
    const missing = names.filter((name) => !compared.has(codes[name]));
    expect(missing).toEqual([]);
  });

  it.skipIf(root === undefined).each(['core', 'gc', 'tail-call', 'exceptions', 'function-references', 'bulk-memory'])('in the official suite: %s', (folder) => {
    const wrong = readModuleCommands(root!, [folder]).flatMap(({ at, isText, contents, binary }) => {
      const bytes = isText ? binary : contents;
      return bytes === undefined ? [] : problemsOfBinary(bytes).map((problem) => `${at}: ${problem}`);
    });
    expect(wrong).toEqual([]);
  });
});
