/**
 * Our validator against V8's, on random bodies over a module that has something of everything. A body grows by
 * instructions that we accept; at each step both must judge the body so far alike. So most of the instructions
 * see a state that is right in almost all respects, which is where validators err.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '#wasm/binary/encode.ts';
import { ValidationError } from '#wasm/errors.ts';
import type { BlockType, Catch, ImmediateKind, Instruction, InstructionName } from '#wasm/syntax/instructions.ts';
import { Op, immediateKinds, instructionTable } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { EMPTY_MODULE } from '#wasm/syntax/module.ts';
import type { CompositeType, FieldType, StorageType, SubType } from '#wasm/syntax/types.ts';
import { HeapType, PackedType, ValType, concrete, refType } from '#wasm/syntax/types.ts';
import { FunctionValidator } from '#wasm/valid/function-validator.ts';
import { ModuleContext } from '#wasm/valid/module-context.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import { validate } from '#wasm/valid/validate.ts';


const { i32, i64, f32, f64, v128, anyref, eqref, funcref, externref, i31ref, structref, arrayref, exnref } = ValType;
const open = (composite: CompositeType, ...supertypes: number[]): SubType => ({ final: false, supertypes, composite });
const field = (storage: StorageType, mutable: boolean): FieldType => ({ storage, mutable });
const nullable = (type: number): ValType => refType(concrete(type), true);
const nonNull = (type: number): ValType => refType(concrete(type), false);

const TYPES = [
  [open({ kind: 'func', params: [i32], results: [i32] })],
  [
    open({ kind: 'struct', fields: [field(i32, true), field(nullable(1), false)] }),
    open({ kind: 'struct', fields: [field(i32, true), field(nullable(2), false), field(PackedType.i8, true)] }, 1),
  ],
  [open({ kind: 'array', element: field(anyref, true) })],
  [open({ kind: 'array', element: field(PackedType.i16, true) })],
  [open({ kind: 'array', element: field(nullable(0), true) })],
  [open({ kind: 'func', params: [], results: [] })],
  [open({ kind: 'func', params: [i32], results: [anyref, eqref] })],
  [open({ kind: 'func', params: [i32], results: [] })],
];
const VALUES = [i32, i64, f32, f64, v128, anyref, eqref, funcref, externref, i31ref, structref, arrayref, exnref];
const LOCALS = [...VALUES, ...[0, 1, 2, 3, 4, 5].map(nullable), ...[0, 2, 5].map(nonNull)];
const HEAP_TYPES = [...Object.values(HeapType), ...TYPES.flat().map((_, index) => concrete(index))];
const REFERENCES = HEAP_TYPES.flatMap((type) => [refType(type, true), refType(type, false)]);
const limits = { min: 1, max: undefined };
const nullFunc: Instruction = { op: Op['ref.null'], heapType: HeapType.func };

function moduleOf(body: readonly Instruction[]): Module {
  return {
    ...EMPTY_MODULE,
    recGroups: TYPES,
    functions: [0, 6, 7].map((typeIndex, index) => ({
      typeIndex,
      locals: index === 0 ? LOCALS : [],
      body: index === 0 ? body : [{ op: Op.unreachable }],
    })),
    tables: [funcref, nullable(0), externref].map((element) => ({ type: { element, limits }, init: undefined })),
    memories: [{ limits }, { limits }],
    tags: [{ typeIndex: 6 }, { typeIndex: 8 }],
    globals: [true, false].map((mutable) => ({ type: { type: funcref, mutable }, init: [nullFunc] })),
    elements: [funcref, nullable(0)].map((type) => ({ type, items: [], mode: { kind: 'passive' } as const })),
    datas: [{ bytes: new Uint8Array(1), mode: { kind: 'passive' } }],
    exports: [{ name: 'f', kind: 'func', index: 1 }],
  };
}

/** Numbers below a bound, one after the other. */
type Draw = (bound: number) => number;

function pick<T>(list: readonly T[], draw: Draw): T {
  return list[draw(list.length)]!;
}
/** Indices are sometimes one too large. */
const IMMEDIATES: { readonly [Kind in ImmediateKind]: (draw: Draw) => object } = {
  blockType: (draw) => ({ blockType: blockTypeOf(draw) }),
  catches: (draw) => ({ catches: Array.from({ length: draw(3) }, () => catchOf(draw)) }),
  label: (draw) => ({ label: draw(4) }),
  labels: (draw) => ({ labels: [draw(3), draw(3)] }),
  func: (draw) => ({ func: draw(4) }),
  type: (draw) => ({ type: pick([0, 1, 2, 2, 3, 4, 5, 6, 7, 10], draw) }),
  sourceType: (draw) => ({ sourceType: draw(10) }),
  field: (draw) => ({ field: draw(4) }),
  length: (draw) => ({ length: draw(3) }),
  table: (draw) => ({ table: draw(4) }),
  sourceTable: (draw) => ({ sourceTable: draw(4) }),
  local: (draw) => ({ local: draw(LOCALS.length + 2) }),
  global: (draw) => ({ global: draw(3) }),
  memory: (draw) => ({ memory: draw(3) }),
  sourceMemory: (draw) => ({ sourceMemory: draw(3) }),
  data: (draw) => ({ data: draw(2) }),
  elem: (draw) => ({ elem: draw(3) }),
  tag: (draw) => ({ tag: draw(3) }),
  types: (draw) => ({ types: [pick(LOCALS, draw)] }),
  memArg: (draw) => ({ align: draw(5), offset: 0, memory: draw(3) }),
  lane: (draw) => ({ lane: draw(17) }),
  heapType: (draw) => ({ heapType: pick(HEAP_TYPES, draw) }),
  cast: (draw) => ({ from: pick([anyref, eqref, nullable(1)], draw), to: pick(REFERENCES, draw) }),
  i32: () => ({ value: 0 }),
  i64: () => ({ value: 0n }),
  f32: () => ({ bits: 0 }),
  f64: () => ({ bits: 0n }),
  v128: () => ({ bits: 0n }),
};
function catchOf(draw: Draw): Catch {
  const label = draw(4);
  const kind = pick(['catch', 'catch_ref', 'catch_all', 'catch_all_ref'] as const, draw);
  return kind === 'catch' || kind === 'catch_ref' ? { kind, tag: draw(3), label } : { kind, label };
}
function blockTypeOf(draw: Draw): BlockType {
  const kind = draw(4);
  if (kind === 0) return { kind: 'empty' };
  return kind === 1 ? { kind: 'type', index: draw(10) } : { kind: 'value', type: pick(LOCALS, draw) };
}

const NAMES = Object.keys(instructionTable) as InstructionName[];
/** More of what makes blocks, and of what is about references. */
const COMMON: readonly InstructionName[] = ['block', 'loop', 'if', 'else', 'end', 'end', 'drop'];
const REFERENCE_NAMES = NAMES.filter((name) => (Op[name] >= 0xd0 && Op[name] < 0x11f) || Op[name] <= 0x1f);

/** An instruction, mostly after pushing operands that it may want. */
function instructionsFrom(draws: readonly number[]): Instruction[] {
  let at = 0;
  const draw: Draw = (bound) => draws[at++ % draws.length]! % bound;
  const name = pick(pick([COMMON, REFERENCE_NAMES, REFERENCE_NAMES, NAMES], draw), draw);
  const parts = immediateKinds(Op[name])!.map((kind) => IMMEDIATES[kind](draw));
  const instruction = Object.assign({ op: Op[name] }, ...parts) as Instruction;
  const reference = 'type' in instruction ? nullable(instruction.type) : pick(LOCALS, draw);
  const value = pick([i32, anyref, nullable(0)], draw);
  const operands = pick(
    [
      [],
      [reference],
      [reference, i32],
      [reference, i32, value],
      [reference, i32, value, i32],
      [reference, i32, reference, i32, i32],
      [reference, value],
      [value, reference],
    ],
    draw,
  );
  return [...operands.map(localOf), instruction];
}
/** Reads a local of this type; one of type i32 when there is none. */
function localOf(type: ValType): Instruction {
  return { op: Op['local.get'], local: LOCALS.indexOf(type) + 1 };
}

const validator = new FunctionValidator(new ModuleContext(moduleOf([]), new TypeRegistry()));

/** Whether the code after the prefix of a body is unreachable; undefined when the prefix is not valid. */
function reachAfter(prefix: readonly Instruction[]): 'reachable' | 'unreachable' | undefined {
  try {
    validator.beginFunction(0, moduleOf(prefix).functions[0]!);
    for (const instruction of prefix) validator.step(instruction);
    return validator.controls.at(-1)!.unreachable ? 'unreachable' : 'reachable';
  } catch (error) {
    if (error instanceof ValidationError) return undefined;
    throw error;
  }
}
/** The prefix with all its blocks closed in a way that is valid if the prefix is. */
function close(prefix: readonly Instruction[]): Instruction[] {
  const blocks: number[] = [];
  for (const { op } of prefix) {
    if (op === Op.end || op === Op.else) blocks.pop();
    if (op === Op.else || immediateKinds(op)?.includes('blockType')) blocks.push(op);
  }
  const unreachable: Instruction = { op: Op.unreachable };
  const closing = blocks.toReversed().flatMap((op): Instruction[] => {
    const otherwise: Instruction[] = op === Op.if ? [{ op: Op.else }, unreachable] : [];
    return [...otherwise, { op: Op.end }, unreachable];
  });
  return [...prefix, unreachable, ...closing];
}
function isValid(module: Module): boolean {
  try {
    validate(module);
    return true;
  } catch {
    return false;
  }
}
/**
 * Where V8 accepts more than the specification: it types the operands of unreachable code loosely, derives what
 * a branching cast leaves from its operand instead of from the declared types, and lets `br_on_non_null` go to a
 * label that takes nothing.
 */
function isLenient(body: readonly Instruction[], next: Instruction): boolean {
  if (next.op === Op.br_on_cast || next.op === Op.br_on_cast_fail || reachAfter(body) === 'unreachable') return true;
  return next.op === Op.br_on_non_null && validator.labelTypes(next.label).length === 0;
}

describe('validation', () => {
  it('agrees with V8, instruction by instruction', () => {
    const tried = new Set<number>();
    const accepted = new Set<number>();
    const instructions = fc.array(fc.noBias(fc.nat(0xffff)), { minLength: 12, maxLength: 12 }).map(instructionsFrom);
    fc.assert(
      fc.property(fc.array(instructions, { minLength: 1, maxLength: 8 }), (groups) => {
        let body: Instruction[] = [];
        for (const candidate of groups.flat()) {
          const prefix = [...body, candidate];
          const module = moduleOf(close(prefix));
          const ours = reachAfter(prefix) !== undefined;
          const v8 = WebAssembly.validate(encode(module));
          expect(isValid(module), 'a closed body is valid if its prefix is').toBe(ours);
          const agreed = v8 === ours || (v8 && isLenient(body, candidate));
          expect(agreed, `V8 says ${v8} to ${fc.stringify(candidate)}`).toBe(true);
          tried.add(candidate.op);
          if (!ours) continue;
          accepted.add(candidate.op);
          body = prefix;
        }
      }),
      { seed: 20_260_723, numRuns: 1000 },
    );
    // Enough variety for the agreement to mean something.
    expect(tried.size).toBeGreaterThan(200);
    expect(accepted.size).toBeGreaterThan(100);
  });
});
