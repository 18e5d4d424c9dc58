/**
 * Repair of function bodies: goes through a body as validation does, and makes each instruction valid where it stands.
 *
 * - Indices out of range are taken modulo what there is; an instruction that no operands would make valid is left out.
 * - Of the operands on the stack, as many are used as fit the first ones that an instruction takes, the last of them with
 *   a cast if need be. For the others come locals of their type or default values. If there are none, the instruction is left out.
 * - What cannot be reached is left out.
 * - Blocks are closed, and left with what they must leave: surplus is dropped, or left behind by a branch.
 */
import { ValidationError } from '#wasm/errors.ts';
import type { Catch, Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op, immediateKinds } from '#wasm/syntax/instructions.ts';
import { mapInstruction } from '#wasm/syntax/map-indices.ts';
import type { Func } from '#wasm/syntax/module.ts';
import type { ValType } from '#wasm/syntax/types.ts';
import { BOTTOM, HeapType, ValType as V, heapTypeOf, isNullable, isRefType } from '#wasm/syntax/types.ts';
import { matchesResult } from '#wasm/valid/match.ts';
import type { ModuleContext } from '#wasm/valid/module-context.ts';
import { DefaultValues } from './default-values.ts';
import { ANY, ANY_REF, RepairState } from './repair-state.ts';

/** V8 allows ten times as many. */
const MAX_FIXED_LENGTH = 1000;
const MAX_LABELS = 1000;

const DROP: Instruction = { op: Op.drop };
const UNREACHABLE: Instruction = { op: Op.unreachable };
const ELSE: Instruction = { op: Op.else };
const END: Instruction = { op: Op.end };
const RETURN: Instruction = { op: Op.return };
/** To the end of the block it stands in. */
const LEAVE: Instruction = { op: Op.br, label: 0 };

/** Instructions of which the one is right for packed fields and the other for all others. */
const PACKED_TWIN: ReadonlyMap<number, number> = new Map([
  [Op['struct.get'], Op['struct.get_u']],
  [Op['struct.get_s'], Op['struct.get']],
  [Op['struct.get_u'], Op['struct.get']],
  [Op['array.get'], Op['array.get_u']],
  [Op['array.get_s'], Op['array.get']],
  [Op['array.get_u'], Op['array.get']],
]);

function opensBlock(op: number): boolean {
  return immediateKinds(op)![0] === 'blockType';
}
function modulo(index: number, count: number): number {
  return count === 0 ? 0 : index % count;
}

export class BodyRepair {
  readonly #context: ModuleContext;
  readonly #state: RepairState;
  readonly #values: DefaultValues;
  #out: Instruction[] = [];

  /** @param context of a module that is valid but for its function bodies */
  constructor(context: ModuleContext) {
    this.#context = context;
    this.#state = new RepairState(context);
    this.#values = new DefaultValues(context, [...context.declaredFunctions]);
  }

  /** @returns a valid body; the same when it is valid and can be reached from start to end */
  repair(index: number, func: Func): Expr {
    const state = this.#state;
    const { params, results } = this.#context.functionType(index);
    state.begin({ space: 'function', index }, results);
    for (const type of params) state.addParameter(type);
    for (const type of func.locals) state.addLocal(type);
    this.#out = [];
    this.#repairAll(func.body);
    const { body } = func;
    const out = this.#out;
    return out.length === body.length && out.every((instruction, i) => instruction === body[i]) ? body : out;
  }

  #repairAll(body: Expr): void {
    const state = this.#state;
    /** Blocks that were opened where nothing can be reached. */
    let skipped = 0;
    for (const instruction of body) {
      const { op } = instruction;
      if (state.frame.unreachable && (skipped > 0 || (op !== Op.end && op !== Op.else))) {
        if (opensBlock(op)) skipped++;
        else if (op === Op.end) skipped--;
      } else if (op === Op.end) this.#end(instruction);
      else if (op === Op.else) this.#else(instruction);
      else this.#repair(instruction);
    }
    while (state.controls.length > 1) this.#end(END);
    this.#settle();
  }

  #emit(instruction: Instruction): void {
    this.#state.step(instruction);
    this.#out.push(instruction);
  }
  #emitAll(instructions: Expr): void {
    for (const instruction of instructions) this.#emit(instruction);
  }

  // --- Single instructions -------------------------------------------------------------------------------

  #repair(instruction: Instruction): void {
    const typeable = this.#typeable(instruction);
    if (typeable === undefined) return;
    const [candidate, types] = typeable;
    if (candidate.op === Op['array.new_fixed']) return this.#newFixed(candidate, types[0]);
    if (candidate.op === Op.select) return this.#select(candidate);
    if (this.#supply(types)) this.#emit(candidate);
  }

  /** The instruction, or what is left of it, such that some operands would make it valid here, and their types. */
  #typeable(instruction: Instruction): readonly [Instruction, readonly ValType[]] | undefined {
    const shortened = shorten(instruction);
    const asItIs = this.#takenBy(shortened);
    if (asItIs !== undefined) return [shortened, asItIs];
    const inRange = this.#inRange(shortened);
    for (const candidate of [inRange, ...this.#variants(inRange)]) {
      const types = this.#takenBy(candidate);
      if (types !== undefined) return [candidate, types];
    }
    return undefined;
  }
  /** Types of the operands that would make an instruction valid here, if any do. */
  #takenBy(instruction: Instruction): readonly ValType[] | undefined {
    try {
      return this.#state.taken(instruction);
    } catch (error) {
      if (error instanceof ValidationError) return undefined;
      throw error;
    }
  }

  #inRange(instruction: Instruction): Instruction {
    const { typeIds, functionTypeIds, tables, memories, globals, tagTypeIds, elementTypes, dataCount } = this.#context;
    const below = (count: number) => (index: number) => modulo(index, count);
    return mapInstruction(instruction, {
      type: below(typeIds.length),
      func: below(functionTypeIds.length),
      table: below(tables.length),
      memory: below(memories.length),
      global: below(globals.length),
      tag: below(tagTypeIds.length),
      elem: below(elementTypes.length),
      data: below(dataCount),
      local: below(this.#state.locals.length),
      label: below(this.#state.controls.length),
    });
  }

  /** Other forms of an instruction whose indices are in range. */
  #variants(instruction: Instruction): Instruction[] {
    const twin = PACKED_TWIN.get(instruction.op);
    if (twin !== undefined) return [{ ...instruction, op: twin } as Instruction];
    switch (instruction.op) {
      case Op.select:
        return this.#annotatedSelect();
      case Op['ref.func']:
        return this.#declaredFunction();
      case Op.br_table:
        return [{ ...instruction, labels: this.#labelsLikeLast(instruction.labels) }];
      case Op.try_table:
        return [{ ...instruction, catches: instruction.catches.filter((clause) => this.#catches(clause)) }, this.#plainBlock(instruction)];
      default:
        if ('blockType' in instruction) return [this.#plainBlock(instruction)];
        if ('lane' in instruction) return [{ ...instruction, align: 0, lane: 0 }];
        return 'align' in instruction ? [{ ...instruction, align: 0 }] : [];
    }
  }
  #plainBlock<I extends Instruction>(instruction: I): I {
    const plain = { ...instruction, blockType: { kind: 'empty' } };
    return 'catches' in plain ? { ...plain, catches: [] } : plain;
  }
  #annotatedSelect(): Instruction[] {
    const { operands, available } = this.#state;
    const type = available < 3 ? BOTTOM : operands[operands.length - 3]!;
    return type === BOTTOM ? [] : [{ op: Op['select t'], types: [this.#values.moduleType(type)] }];
  }
  #declaredFunction(): Instruction[] {
    const [func] = this.#context.declaredFunctions;
    return func === undefined ? [] : [{ op: Op['ref.func'], func }];
  }
  #labelsLikeLast(labels: readonly number[]): readonly number[] {
    const last = labels.at(-1) ?? 0;
    const types = this.#state.labelTypes(last);
    const alike = (label: number): boolean => {
      const others = this.#state.labelTypes(label);
      return others.length === types.length && others.every((type, i) => type === types[i]);
    };
    return [...labels.slice(0, -1).filter(alike), last];
  }
  #catches(clause: Catch): boolean {
    return this.#takenBy({ op: Op.try_table, blockType: { kind: 'empty' }, catches: [clause] }) !== undefined;
  }

  /** As long as there are operands for it. */
  #newFixed(instruction: Extract<Instruction, { length: number }>, element: ValType | undefined): void {
    let { length } = instruction;
    const { operands, available } = this.#state;
    const fits = (count: number): boolean => count < available && this.#fits(operands[operands.length - 1 - count]!, element!);
    let fitting = 0;
    while (fitting < length && fits(fitting)) fitting++;
    if (fitting < length) length = fitting;
    this.#emit(length === instruction.length ? instruction : { ...instruction, length });
  }
  /** Of two numbers alike. */
  #select(instruction: Instruction): void {
    const { operands, available } = this.#state;
    const type = available < 3 ? BOTTOM : operands[operands.length - 3]!;
    const operand = type === BOTTOM || isRefType(type) ? V.i32 : type;
    if (this.#supply([operand, operand, V.i32])) this.#emit(instruction);
  }

  // --- Operands --------------------------------------------------------------------------------------------

  #fits(actual: ValType, expected: ValType): boolean {
    if (expected === ANY) return true;
    return expected === ANY_REF ? isRefType(actual) : this.#context.registry.matches(actual, expected);
  }

  /** Sees to it that operands of these types are on top. @returns false, and does nothing, when that cannot be */
  #supply(types: readonly ValType[]): boolean {
    const kept = this.#usable(types);
    const added: Instruction[] = [];
    for (let i = kept; i < types.length; i++) {
      const value = this.#value(types[i]!);
      if (value === undefined) return false;
      added.push(...value);
    }
    if (kept > 0) this.#emitAll(this.#coercion(this.#state.operands.at(-1)!, types[kept - 1]!)!);
    this.#emitAll(added);
    return true;
  }

  /** How many operands on top can be the first ones of these types. */
  #usable(types: readonly ValType[]): number {
    const { operands, available } = this.#state;
    for (let count = Math.min(types.length, available); count > 0; count--) {
      const base = operands.length - count;
      const last = count - 1;
      let i = 0;
      while (i < last && this.#fits(operands[base + i]!, types[i]!)) i++;
      if (i === last && this.#coercion(operands[base + last]!, types[last]!) !== undefined) return count;
    }
    return 0;
  }

  /** Instructions that turn an operand into one of another type; undefined when it would make no sense. */
  #coercion(actual: ValType, expected: ValType): Expr | undefined {
    if (this.#fits(actual, expected)) return [];
    if (expected === ANY_REF || !isRefType(actual) || !isRefType(expected)) return undefined;
    const { registry } = this.#context;
    const from = heapTypeOf(actual);
    const to = heapTypeOf(expected);
    if (registry.matchesHeapType(from, to)) return [{ op: Op['ref.as_non_null'] }];
    if (!registry.matchesHeapType(to, from) || to === registry.bottom(to) || registry.top(to) === HeapType.exn) return undefined;
    return [{ op: isNullable(expected) ? Op['ref.cast null'] : Op['ref.cast'], heapType: this.#values.moduleHeapType(to) }];
  }

  /** A value to put where one is missing: that of a local, if it is a reference. */
  #value(type: ValType): Expr | undefined {
    if (type === ANY) return undefined;
    if (isRefType(type) && type !== ANY_REF) {
      const { locals } = this.#state;
      const local = locals.findIndex((held, i) => this.#context.registry.matches(held, type) && this.#state.isInitialised(i));
      if (local >= 0) return [{ op: Op['local.get'], local }];
    }
    return this.#values.of(type);
  }

  // --- Blocks ----------------------------------------------------------------------------------------------

  #else(instruction: Instruction): void {
    if (this.#state.frame.opcode !== Op.if) return;
    this.#settle();
    this.#emit(instruction);
  }
  #end(instruction: Instruction): void {
    const { controls, frame } = this.#state;
    if (controls.length === 1) return;
    const { opcode, startTypes, endTypes } = frame;
    this.#settle();
    if (opcode === Op.if && !matchesResult(this.#context.registry, startTypes, endTypes)) {
      this.#emit(ELSE);
      this.#settle();
    }
    this.#emit(instruction);
  }

  /** Leaves on the stack what the innermost block must leave there. */
  #settle(): void {
    const state = this.#state;
    const { endTypes, opcode, unreachable } = state.frame;
    if (unreachable) return;
    const kept = this.#usable(endTypes);
    // A branch to a loop begins it again, so it cannot leave anything behind.
    if (kept === 0 || (opcode === Op.loop && state.available > kept)) this.#drop(state.available);
    if (!this.#supply(endTypes)) return this.#emit(UNREACHABLE);
    if (state.available > endTypes.length) this.#emit(state.controls.length === 1 ? RETURN : LEAVE);
  }
  #drop(count: number): void {
    for (let i = 0; i < count; i++) this.#emit(DROP);
  }
}

/** Lists as long as an engine may refuse are cut. */
function shorten(instruction: Instruction): Instruction {
  if (instruction.op === Op['array.new_fixed'] && instruction.length > MAX_FIXED_LENGTH) return { ...instruction, length: MAX_FIXED_LENGTH };
  if (instruction.op === Op.br_table && instruction.labels.length > MAX_LABELS) {
    return { ...instruction, labels: instruction.labels.slice(-MAX_LABELS) };
  }
  return instruction;
}
