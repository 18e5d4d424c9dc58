/**
 * Turns one expression into code while validation steps through it.
 *
 * Before each step the validator's operands say what kind of slots the instruction touches; after it they say
 * what lies on the stack for its stack map. Instructions that cannot be reached yield no code. Several
 * instructions yield none at all: `nop`, `block`, `loop`, conversions that keep the bits.
 */
import type { Catch, Expr, Instruction } from '#wasm/syntax/instructions.ts';
import type { CompositeType, FuncType, HeapType, ValType as ValTypeCode } from '#wasm/syntax/types.ts';
import { HeapType as Heap, ValType, heapTypeOf, isConcrete, isNullable } from '#wasm/syntax/types.ts';
import type { FunctionValidator } from '#wasm/valid/function-validator.ts';
import { canonicalHeapType } from '#wasm/valid/type-registry.ts';
import type { ExpressionRole } from '#wasm/valid/validate.ts';
import { ADMITS_NULL, FUNCTION_HIERARCHY } from '../interpreter/casts.ts';
import type { ArrayLayout, FieldLayout, SlotKind, StructLayout } from '../heap/layout.ts';
import { slotKind, type Layouts } from '../heap/layout.ts';
import { code } from './code.ts';
import type { CatchClause, CompiledFunction, Handler } from './compiled.ts';
import { Emitter } from './emitter.ts';
import type { Block } from './labels.ts';
import { Labels } from './labels.ts';
import { OperandStack, isCounted } from './operand-stack.ts';
import { StackMapBuilder } from './stack-maps.ts';

/** Words above the operands that instructions may use: scratch references, an exception being unpacked. */
const SCRATCH_WORDS = 4;

const GET_CODES = {
  struct: {
    s: { i8: code['struct.get i8_s'], i16: code['struct.get i16_s'] },
    u: { i8: code['struct.get i8_u'], i16: code['struct.get i16_u'] },
    plain: {
      w32: code['struct.get w32'],
      i31: code['struct.get w32'],
      w64: code['struct.get w64'],
      w128: code['struct.get w128'],
      func: code['struct.get func'],
      ref: code['struct.get ref'],
    },
  },
  array: {
    s: { i8: code['array.get i8_s'], i16: code['array.get i16_s'] },
    u: { i8: code['array.get i8_u'], i16: code['array.get i16_u'] },
    plain: {
      w32: code['array.get w32'],
      i31: code['array.get w32'],
      w64: code['array.get w64'],
      w128: code['array.get w128'],
      func: code['array.get func'],
      ref: code['array.get ref'],
    },
  },
} as const;
const SET_CODES: Record<'struct' | 'array', Record<SlotKind, number>> = {
  struct: {
    i8: code['struct.set i8'],
    i16: code['struct.set i16'],
    w32: code['struct.set w32'],
    i31: code['struct.set w32'],
    w64: code['struct.set w64'],
    w128: code['struct.set w128'],
    func: code['struct.set func'],
    ref: code['struct.set ref'],
  },
  array: {
    i8: code['array.set i8'],
    i16: code['array.set i16'],
    w32: code['array.set w32'],
    i31: code['array.set w32'],
    w64: code['array.set w64'],
    w128: code['array.set w128'],
    func: code['array.set func'],
    ref: code['array.set ref'],
  },
};

type Width = 'w32' | 'w64' | 'w128';
const LOCAL_GET = { w32: code['local.get'], w64: code['local.get64'], w128: code['local.get128'] };
const LOCAL_SET = { w32: code['local.set'], w64: code['local.set64'], w128: code['local.set128'] };
const LOCAL_TEE = { w32: code['local.tee'], w64: code['local.tee64'], w128: code['local.tee128'] };
const GLOBAL_GET = { w32: code['global.get'], w64: code['global.get64'], w128: code['global.get128'] };
const GLOBAL_SET = { w32: code['global.set'], w64: code['global.set64'], w128: code['global.set128'] };

/** Instructions that leave the bits of their operand as they are, so that no code is needed. */
const KEEPS_BITS: ReadonlySet<number> = new Set([
  0x01, // nop
  0xa7, // i32.wrap_i64
  0xbc, // i32.reinterpret_f32
  0xbd, // i64.reinterpret_f64
  0xbe, // f32.reinterpret_i32
  0xbf, // f64.reinterpret_i64
  0x11a, // any.convert_extern
  0x11b, // extern.convert_any
]);
/** Loads and stores of floats, and stores that ignore the upper word, are those of integers. */
const SAME_ACCESS: ReadonlyMap<number, number> = new Map([
  [0x2a, 0x28], // f32.load as i32.load
  [0x2b, 0x29], // f64.load as i64.load
  [0x38, 0x36], // f32.store as i32.store
  [0x39, 0x37], // f64.store as i64.store
  [0x3c, 0x3a], // i64.store8 as i32.store8
  [0x3d, 0x3b], // i64.store16 as i32.store16
  [0x3e, 0x36], // i64.store32 as i32.store
  [0xac, 0xc4], // i64.extend_i32_s as i64.extend32_s
]);
const FIRST_SATURATING = 0x200;

function widthOf(type: ValTypeCode): Width {
  if (type === ValType.i64 || type === ValType.f64) return 'w64';
  return type === ValType.v128 ? 'w128' : 'w32';
}

export class FunctionCompiler {
  readonly emitter = new Emitter();
  readonly maps = new StackMapBuilder();
  readonly #layouts: Layouts;
  readonly #operands: OperandStack = new OperandStack(this.maps);
  readonly #labels: Labels = new Labels(this.emitter);

  #validator!: FunctionValidator;
  #dead = false;
  #locals: number[] = [];
  #handlers: Handler[] = [];
  #positions: number[] = [];
  /** Whether the running `drop` or `select` is about vectors. */
  #isVector = false;
  /** Word to fill in with the stack map after the running step, or -1. */
  #mapAfter = -1;
  /** Clauses of open `try_table` blocks with the pc where their body starts. */
  #tries: { readonly block: Block; readonly start: number; readonly clauses: readonly CatchClause[] }[] = [];

  constructor(layouts: Layouts) {
    this.#layouts = layouts;
  }

  /** Compiles an expression that the validator has begun. */
  compile(validator: FunctionValidator, expr: Expr, role: ExpressionRole): CompiledFunction {
    const { emitter } = this;
    const { registry } = validator.context;
    this.#validator = validator;
    this.#dead = false;
    this.#handlers = [];
    this.#positions = [];
    const localWords = this.#placeLocals(validator.locals);
    const resultTypes = validator.labelTypes(0);
    this.#operands.begin(localWords);
    this.#labels.reset();
    this.#labels.open(0x02, 0, -1, false);

    emitter.emit(0); // the stack map at entry: no operands yet
    const entry = emitter.pc;
    for (let i = 0; i < expr.length; i++) this.#step(expr[i]!, i);
    this.#labels.close();
    const resultWords = this.#words(resultTypes);
    this.#positions.push(emitter.pc, expr.length);
    emitter.emit2(code.return, resultWords);

    const params = role.kind === 'function' ? validator.context.functionType(role.index).params : [];
    return {
      role,
      expr,
      entry,
      end: emitter.pc,
      paramWords: this.#words(params),
      resultWords,
      localWords,
      frameWords: Math.max(this.#operands.highest, localWords + resultWords) + SCRATCH_WORDS,
      refLocals: new Int32Array(this.#locals.filter((_, i) => isCounted(validator.locals[i]!, registry))),
      handlers: this.#handlers,
      positions: new Int32Array(this.#positions),
    };
  }

  #placeLocals(types: readonly ValTypeCode[]): number {
    let words = 0;
    this.#locals = [];
    for (const type of types) {
      this.#locals.push(words);
      words += type === ValType.v128 ? 4 : 2;
    }
    return words;
  }
  #words(types: readonly ValTypeCode[]): number {
    let words = 0;
    for (const type of types) words += type === ValType.v128 ? 4 : 2;
    return words;
  }

  #step(instruction: Instruction, index: number): void {
    const before = this.emitter.pc;
    const wasDead = this.#dead;
    this.#mapAfter = -1;
    if (instruction.op >= 0x1a && instruction.op <= 0x1c) this.#noteWidth(instruction.op);
    // Validated first, so that every index below exists; our own operands lag one step behind.
    this.#validator.step(instruction);
    const opensOrCloses = this.#structure(instruction);
    if (!opensOrCloses && !this.#dead) this.#emit(instruction);
    this.#operands.follow(this.#validator);
    if (instruction.op === 0x05 || instruction.op === 0x0b) this.#afterBlock(instruction.op);
    if (this.#mapAfter >= 0) this.emitter.patch(this.#mapAfter, this.#operands.map);
    if (!wasDead && this.emitter.pc > before) this.#positions.push(before, index);
  }

  /** `drop` and `select` do not say what they work on; their operands do, as long as they are there. */
  #noteWidth(op: number): void {
    const { operands } = this.#validator;
    const at = operands.length - (op === 0x1a ? 1 : 2);
    this.#isVector = at >= 0 && operands[at] === ValType.v128;
  }

  // --- Blocks ------------------------------------------------------------------------------------------

  /** Emits what opening or closing a block needs. @returns whether the instruction does either */
  #structure(instruction: Instruction): boolean {
    switch (instruction.op) {
      case 0x02: // block
      case 0x03: // loop
      case 0x04: // if
      case 0x1f: // try_table
        this.#open(instruction);
        return true;
      case 0x05: // else
        this.#else();
        return true;
      case 0x0b: // end
        return true;
      default:
        return false;
    }
  }

  #open(instruction: Extract<Instruction, { op: 0x02 | 0x03 | 0x04 | 0x1f }>): void {
    const { emitter } = this;
    const { op, blockType } = instruction;
    const params = this.#paramCount(blockType);
    const condition = op === 0x04 ? 1 : 0;
    const operands = this.#operands.length - params - condition;
    if (this.#dead) {
      this.#labels.open(op, operands, 0, true);
      return;
    }
    if (op === 0x04) {
      emitter.emit2(code.br_unless, -1);
      this.#labels.open(op, operands, -1, false).elsePatch = emitter.pc - 1;
    } else if (op === 0x1f) {
      // The clauses' labels count from outside the block.
      const clauses = this.#emitPads(instruction.catches);
      const block = this.#labels.open(op, operands, -1, false);
      this.#tries.push({ block, start: emitter.pc, clauses });
    } else {
      this.#labels.open(op, operands, op === 0x03 ? emitter.pc : -1, false);
    }
  }
  #paramCount(blockType: Extract<Instruction, { op: 0x02 }>['blockType']): number {
    if (blockType.kind !== 'type') return 0;
    return (this.#composite(blockType.index) as FuncType).params.length;
  }

  #else(): void {
    const block = this.#labels.at(0);
    if (block.dead || block.elsePatch < 0) return;
    if (!this.#dead) {
      this.emitter.emit(code.br);
      this.#labels.emitTarget(block);
    }
    this.emitter.patch(block.elsePatch, this.emitter.pc);
    block.elsePatch = -1;
  }

  #afterBlock(op: number): void {
    if (op === 0x05) {
      this.#dead = this.#labels.at(0).dead;
      return;
    }
    const block = this.#labels.at(0);
    const attempt = this.#tries.at(-1);
    if (attempt?.block === block) {
      this.#tries.pop();
      this.#handlers.push({ start: attempt.start, end: this.emitter.pc, clauses: attempt.clauses });
    }
    this.#labels.close();
    this.#dead = block.dead;
  }

  // --- Branches ----------------------------------------------------------------------------------------

  /** Emits target, words and destination of a branch that carries the label's values. */
  #emitBranchOperands(label: number): void {
    // The instruction is emitted before it is validated: first of all this rejects a label that does not exist.
    const types = this.#validator.labelTypes(label);
    const block = this.#labels.at(label);
    this.#labels.emitTarget(block);
    this.emitter.emit2(this.#words(types), this.#operands.heightOf(block.operands));
  }

  /** @param popped operands that the branch itself consumes before the label's values */
  #emitBranch(label: number, plain: number, moving: number, popped: number): void {
    const block = this.#labels.at(label);
    const carried = this.#validator.labelTypes(label).length;
    const inPlace = this.#operands.length - popped - carried === block.operands;
    this.emitter.emit(inPlace ? plain : moving);
    if (inPlace) this.#labels.emitTarget(block);
    else this.#emitBranchOperands(label);
  }

  /** Landing pads: for each clause a stack map and a branch to its label, jumped over on the way in. */
  #emitPads(catches: readonly Catch[]): CatchClause[] {
    if (catches.length === 0) return [];
    const { emitter } = this;
    emitter.emit2(code.br, -1);
    const skip = emitter.pc - 1;
    const clauses = catches.map((clause) => this.#emitPad(clause));
    emitter.patch(skip, emitter.pc);
    return clauses;
  }
  #emitPad(clause: Catch): CatchClause {
    const { emitter, maps } = this;
    const { context } = this.#validator;
    const tag = 'tag' in clause ? clause.tag : -1;
    const payload = tag < 0 ? [] : context.tagType(tag).params;
    const block = this.#labels.at(clause.label);
    const destination = this.#operands.heightOf(block.operands);
    const map = this.#mapWith(this.#operands.mapOf(block.operands), destination, payload);
    const at = destination + this.#words(payload);
    this.#operands.highest = Math.max(this.#operands.highest, at + 2);
    emitter.emit2(maps.push(map, at), code.br);
    const pad = emitter.pc - 1;
    this.#labels.emitTarget(block);
    return { tag, withRef: clause.kind === 'catch_ref' || clause.kind === 'catch_all_ref', pad, destination };
  }

  // --- Types -------------------------------------------------------------------------------------------

  #typeId(typeIndex: number): number {
    return this.#validator.context.typeIds[typeIndex]!;
  }
  #composite(typeIndex: number): CompositeType {
    return this.#validator.context.registry.composite(this.#typeId(typeIndex));
  }
  #slot(type: ValTypeCode): SlotKind {
    return slotKind(type, this.#validator.context.registry);
  }
  #emitCastTarget(heapType: HeapType, nullable: boolean): void {
    const { context } = this.#validator;
    const canonical = canonicalHeapType(heapType, context.typeIds);
    const functions =
      canonical === Heap.func ||
      canonical === Heap.nofunc ||
      (isConcrete(canonical) && context.registry.composite(canonical).kind === 'func');
    this.emitter.emit2(canonical, (nullable ? ADMITS_NULL : 0) | (functions ? FUNCTION_HIERARCHY : 0));
  }

  // --- Stack maps --------------------------------------------------------------------------------------

  /** The map of the operands as they are now, for instructions that keep them until their last safe point. */
  #emitMapBefore(): void {
    this.emitter.emit(this.#operands.map);
  }
  /** As before, with scratch references above the operands. */
  #emitMapWithScratch(references: number): void {
    let map = this.#operands.map;
    for (let i = 0; i < references; i++) map = this.maps.push(map, this.#operands.height + 2 * i);
    this.emitter.emit(map);
  }
  /** The map of the operands once the instruction is done. */
  #emitMapAfter(): void {
    this.#mapAfter = this.emitter.pc;
    this.emitter.emit(0);
  }
  /** Both maps of a call: with its results, and without its arguments. */
  #emitCallMaps(type: FuncType, extraOperands: number): void {
    const below = this.#operands.length - type.params.length - extraOperands;
    const map = this.#operands.mapOf(below);
    // Not the map after the step: behind a tail call validation expects nothing, but a host function has returned.
    this.emitter.emit(this.#mapWith(map, this.#operands.heightOf(below), type.results));
    this.emitter.emit(map);
  }
  /** A map with values of these types on top, the first of them at a location. Makes room for them. */
  #mapWith(below: number, location: number, types: readonly ValTypeCode[]): number {
    let map = below;
    let at = location;
    for (const type of types) {
      if (isCounted(type, this.#validator.context.registry)) map = this.maps.push(map, at);
      at += type === ValType.v128 ? 4 : 2;
    }
    this.#operands.highest = Math.max(this.#operands.highest, at);
    return map;
  }

  // --- Instructions ------------------------------------------------------------------------------------

  #emit(instruction: Instruction): void {
    const { emitter } = this;
    switch (instruction.op) {
      case 0x00: // unreachable
        emitter.emit(code.unreachable);
        this.#dead = true;
        return;
      case 0x08: // throw
        emitter.emit2(code.throw, instruction.tag);
        this.#emitMapBefore();
        this.#dead = true;
        return;
      case 0x0a: // throw_ref
        emitter.emit(code.throw_ref);
        this.#dead = true;
        return;
      case 0x0c: // br
        this.#emitBranch(instruction.label, code.br, code.br_move, 0);
        this.#dead = true;
        return;
      case 0x0d: // br_if
        this.#emitBranch(instruction.label, code.br_if, code.br_if_move, 1);
        return;
      case 0x0e: // br_table
        emitter.emit2(code.br_table, instruction.labels.length - 1);
        for (const label of instruction.labels) this.#emitBranchOperands(label);
        this.#dead = true;
        return;
      case 0x0f: // return
        emitter.emit2(code.return, this.#words(this.#validator.controls[0]!.endTypes));
        this.#dead = true;
        return;
      case 0x10: // call
      case 0x12: // return_call
        emitter.emit2(instruction.op, instruction.func);
        this.#emitCallMaps(this.#validator.context.functionType(instruction.func), 0);
        this.#dead = instruction.op === 0x12;
        return;
      case 0x11: // call_indirect
      case 0x13: // return_call_indirect
        emitter.emit3(instruction.op, this.#typeId(instruction.type), instruction.table);
        this.#emitCallMaps(this.#composite(instruction.type) as FuncType, 1);
        this.#dead = instruction.op === 0x13;
        return;
      case 0x14: // call_ref
      case 0x15: // return_call_ref
        emitter.emit(instruction.op);
        this.#emitCallMaps(this.#composite(instruction.type) as FuncType, 1);
        this.#dead = instruction.op === 0x15;
        return;
      case 0x1a: // drop
        emitter.emit(this.#isVector ? code.drop128 : code.drop);
        return;
      case 0x1b: // select
      case 0x1c: // select t
        emitter.emit(this.#isVector ? code.select128 : code.select);
        return;
      case 0x20: // local.get
        this.#emitLocal(LOCAL_GET, instruction.local);
        return;
      case 0x21: // local.set
        this.#emitLocal(LOCAL_SET, instruction.local);
        return;
      case 0x22: // local.tee
        this.#emitLocal(LOCAL_TEE, instruction.local);
        return;
      case 0x23: // global.get
      case 0x24: // global.set
        this.#emitGlobal(instruction.op, instruction.global);
        return;
      case 0x25: // table.get
      case 0x26: // table.set
        this.#emitTableAccess(instruction.op, instruction.table);
        return;
      case 0xd0: // ref.null
        emitter.emit2(code['i32.const'], 0);
        return;
      case 0xd1: // ref.is_null
        emitter.emit(0x45); // i32.eqz
        return;
      case 0xd2: // ref.func
        emitter.emit2(code['ref.func'], instruction.func);
        return;
      case 0xd3: // ref.eq
        emitter.emit(0x46); // i32.eq
        return;
      case 0xd4: // ref.as_non_null
        emitter.emit(code['ref.as_non_null']);
        return;
      case 0xd5: // br_on_null
        emitter.emit(code.br_on_null);
        this.#emitBranchOperands(instruction.label);
        return;
      case 0xd6: // br_on_non_null
        emitter.emit(code.br_on_non_null);
        this.#emitBranchOperands(instruction.label);
        return;
      case 0x118: // br_on_cast
      case 0x119: // br_on_cast_fail
        emitter.emit(instruction.op === 0x118 ? code.br_on_cast : code.br_on_cast_fail);
        this.#emitBranchOperands(instruction.label);
        this.#emitCastTarget(heapTypeOf(instruction.to), isNullable(instruction.to));
        return;
      case 0x41: // i32.const
        emitter.emit2(code['i32.const'], instruction.value);
        return;
      case 0x43: // f32.const
        emitter.emit2(code['i32.const'], instruction.bits | 0);
        return;
      case 0x42: // i64.const
        this.#emitPair(code['i64.const'], instruction.value);
        return;
      case 0x44: // f64.const
        this.#emitPair(code['i64.const'], instruction.bits);
        return;
      case 0x30c: // v128.const
        this.#emitPair(code['v128.const'], instruction.bits);
        this.#emitWords(instruction.bits >> 64n);
        return;
      default:
        if (instruction.op >= 0x300) this.#emitVectorAccess(instruction as Extract<Instruction, { op: 0x300 }>);
        else if (instruction.op >= 0x200) this.#emitBulk(instruction);
        else if (instruction.op >= 0x100) this.#emitAggregate(instruction);
        else this.#emitNumeric(instruction);
    }
  }

  #emitPair(opcode: number, bits: bigint): void {
    this.emitter.emit(opcode);
    this.#emitWords(bits);
  }
  #emitWords(bits: bigint): void {
    this.emitter.emit2(Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n)));
  }
  #emitLocal(codes: Record<Width, number>, local: number): void {
    this.emitter.emit2(codes[widthOf(this.#validator.locals[local]!)], this.#locals[local]!);
  }
  #emitGlobal(op: 0x23 | 0x24, index: number): void {
    const type = this.#validator.context.globals[index]!.type;
    if (this.#slot(type) !== 'ref') {
      this.emitter.emit2((op === 0x23 ? GLOBAL_GET : GLOBAL_SET)[widthOf(type)], index);
    } else if (op === 0x23) {
      this.emitter.emit2(code['global.get ref'], index);
      this.#emitMapAfter();
    } else {
      this.emitter.emit2(code['global.set ref'], index);
    }
  }
  #emitTableAccess(op: 0x25 | 0x26, index: number): void {
    const counted = this.#slot(this.#validator.context.tables[index]!.element) === 'ref';
    if (op === 0x25) {
      this.emitter.emit2(counted ? code['table.get ref'] : code['table.get'], index);
      if (counted) this.#emitMapAfter();
    } else {
      this.emitter.emit2(counted ? code['table.set ref'] : code['table.set'], index);
    }
  }

  /** Loads, stores and everything without immediates below the first prefix. */
  #emitNumeric(instruction: Instruction): void {
    if (KEEPS_BITS.has(instruction.op)) return;
    this.emitter.emit(SAME_ACCESS.get(instruction.op) ?? instruction.op);
    if ('offset' in instruction) this.emitter.emit2(instruction.offset | 0, instruction.memory);
    else if ('memory' in instruction) this.emitter.emit(instruction.memory);
  }
  #emitVectorAccess(instruction: { op: number; offset: number; memory: number; lane?: number }): void {
    this.emitter.emit3(code['v128.memory'], instruction.op, instruction.offset | 0);
    this.emitter.emit2(instruction.memory, instruction.lane ?? 0);
  }

  #emitBulk(instruction: Instruction): void {
    const { emitter } = this;
    switch (instruction.op) {
      case 0x208: // memory.init
        emitter.emit3(code['memory.init'], instruction.data, instruction.memory);
        return;
      case 0x209: // data.drop
        emitter.emit2(code['data.drop'], instruction.data);
        return;
      case 0x20a: // memory.copy
        emitter.emit3(code['memory.copy'], instruction.memory, instruction.sourceMemory);
        return;
      case 0x20b: // memory.fill
        emitter.emit2(code['memory.fill'], instruction.memory);
        return;
      case 0x20c: // table.init
        emitter.emit3(code['table.init'], instruction.elem, instruction.table);
        this.#emitMapWithScratch(1);
        return;
      case 0x20d: // elem.drop
        emitter.emit2(code['elem.drop'], instruction.elem);
        return;
      case 0x20e: // table.copy
        emitter.emit3(code['table.copy'], instruction.table, instruction.sourceTable);
        this.#emitMapWithScratch(1);
        return;
      case 0x20f: // table.grow
        emitter.emit2(code['table.grow'], instruction.table);
        return;
      case 0x210: // table.size
        emitter.emit2(code['table.size'], instruction.table);
        return;
      case 0x211: // table.fill
        emitter.emit2(code['table.fill'], instruction.table);
        return;
      default:
        emitter.emit(code['i32.trunc_sat_f32_s'] + instruction.op - FIRST_SATURATING);
    }
  }

  #emitAggregate(instruction: Instruction): void {
    const { emitter } = this;
    switch (instruction.op) {
      case 0x100: // struct.new
        emitter.emit2(code['struct.new'], this.#typeId(instruction.type));
        this.#emitMapBefore();
        return;
      case 0x101: // struct.new_default
        emitter.emit2(code['struct.new_default'], this.#typeId(instruction.type));
        this.#emitMapBefore();
        return;
      case 0x102: // struct.get
      case 0x103: // struct.get_s
      case 0x104: // struct.get_u
        this.#emitStructGet(instruction.op, instruction.type, instruction.field);
        return;
      case 0x105: { // struct.set
        const { kind, offset } = this.#field(instruction.type, instruction.field);
        emitter.emit2(SET_CODES.struct[kind], offset);
        return;
      }
      case 0x106: // array.new
        emitter.emit2(code['array.new'], this.#typeId(instruction.type));
        this.#emitMapBefore();
        return;
      case 0x107: // array.new_default
        emitter.emit2(code['array.new_default'], this.#typeId(instruction.type));
        this.#emitMapBefore();
        return;
      case 0x108: // array.new_fixed
        emitter.emit3(code['array.new_fixed'], this.#typeId(instruction.type), instruction.length);
        this.#emitMapBefore();
        return;
      case 0x109: // array.new_data
        emitter.emit3(code['array.new_data'], this.#typeId(instruction.type), instruction.data);
        this.#emitMapBefore();
        return;
      case 0x10a: // array.new_elem
        emitter.emit3(code['array.new_elem'], this.#typeId(instruction.type), instruction.elem);
        this.#emitMapWithScratch(2);
        return;
      case 0x10b: // array.get
      case 0x10c: // array.get_s
      case 0x10d: // array.get_u
        this.#emitArrayGet(instruction.op, instruction.type);
        return;
      case 0x10e: // array.set
        emitter.emit(SET_CODES.array[this.#elementSlot(instruction.type)]);
        return;
      case 0x10f: // array.len
        emitter.emit(code['array.len']);
        return;
      case 0x110: // array.fill
        emitter.emit2(code['array.fill'], this.#typeId(instruction.type));
        return;
      case 0x111: // array.copy
        emitter.emit3(code['array.copy'], this.#typeId(instruction.type), this.#typeId(instruction.sourceType));
        this.#emitMapWithScratch(1);
        return;
      case 0x112: // array.init_data
        emitter.emit3(code['array.init_data'], this.#typeId(instruction.type), instruction.data);
        return;
      case 0x113: // array.init_elem
        emitter.emit3(code['array.init_elem'], this.#typeId(instruction.type), instruction.elem);
        this.#emitMapWithScratch(1);
        return;
      case 0x114: // ref.test
      case 0x115: // ref.test null
        emitter.emit(code['ref.test']);
        this.#emitCastTarget(instruction.heapType, instruction.op === 0x115);
        return;
      case 0x116: // ref.cast
      case 0x117: // ref.cast null
        emitter.emit(code['ref.cast']);
        this.#emitCastTarget(instruction.heapType, instruction.op === 0x117);
        return;
      case 0x11c: // ref.i31
        emitter.emit(code['ref.i31']);
        return;
      case 0x11d: // i31.get_s
        emitter.emit(code['i31.get_s']);
        return;
      case 0x11e: // i31.get_u
        emitter.emit(code['i31.get_u']);
        return;
      default:
        // any.convert_extern, extern.convert_any: the bits stay.
    }
  }

  #field(typeIndex: number, field: number): FieldLayout {
    return (this.#layouts.of(this.#typeId(typeIndex)) as StructLayout).fields[field]!;
  }
  #elementSlot(typeIndex: number): SlotKind {
    return (this.#layouts.of(this.#typeId(typeIndex)) as ArrayLayout).element;
  }
  #emitStructGet(op: 0x102 | 0x103 | 0x104, typeIndex: number, index: number): void {
    const { kind, offset } = this.#field(typeIndex, index);
    this.emitter.emit2(getCode('struct', op - 0x102, kind), offset);
    if (kind === 'ref') this.#emitMapAfter();
  }
  #emitArrayGet(op: 0x10b | 0x10c | 0x10d, typeIndex: number): void {
    const slot = this.#elementSlot(typeIndex);
    this.emitter.emit(getCode('array', op - 0x10b, slot));
    if (slot === 'ref') this.#emitMapAfter();
  }
}

/** @param extension 0 for none, 1 for signed, 2 for unsigned */
function getCode(aggregate: 'struct' | 'array', extension: number, slot: SlotKind): number {
  const codes = GET_CODES[aggregate];
  if (slot === 'i8' || slot === 'i16') return (extension === 1 ? codes.s : codes.u)[slot];
  return codes.plain[slot];
}
