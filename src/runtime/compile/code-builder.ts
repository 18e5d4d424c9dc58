/**
 * What the families of instructions share while one expression is compiled: the state of the compilation, and the
 * parts of code that many instructions have.
 */
import type { CompositeType, FuncType, HeapType, ValType as ValTypeCode } from '#wasm/syntax/types.ts';
import { HeapType as Heap, ValType, isConcrete } from '#wasm/syntax/types.ts';
import type { FunctionValidator } from '#wasm/valid/function-validator.ts';
import { canonicalHeapType } from '#wasm/valid/type-registry.ts';
import type { SlotKind } from '../heap/layout.ts';
import { slotKind, type Layouts } from '../heap/layout.ts';
import { ADMITS_NULL, FUNCTION_HIERARCHY } from '../interpreter/reference-ops.ts';
import type { CatchClause, CompiledCode, Handler } from './compiled.ts';
import { Emitter } from './emitter.ts';
import type { Block } from './labels.ts';
import { Labels } from './labels.ts';
import { OperandStack, isCounted } from './operand-stack.ts';
import { StackMapBuilder } from './stack-maps.ts';

export class CodeBuilder {
  readonly emitter: Emitter;
  readonly maps: StackMapBuilder;
  readonly layouts: Layouts;
  readonly operands: OperandStack;
  readonly labels: Labels;

  validator!: FunctionValidator;
  /** Whether the next instruction cannot be reached. */
  dead = false;
  /** Word of each local in the frame. */
  locals: number[] = [];
  handlers: Handler[] = [];
  /** Whether the running `drop` or `select` is about vectors. */
  isVector = false;
  /** Word to fill in with the stack map after the running step, or -1. */
  mapAfter = -1;
  /** Clauses of open `try_table` blocks with the pc where their body starts. */
  readonly tries: { readonly block: Block; readonly start: number; readonly clauses: readonly CatchClause[] }[] = [];

  /** @param base code and stack maps to go on from */
  constructor(layouts: Layouts, base?: CompiledCode) {
    this.layouts = layouts;
    this.emitter = new Emitter(base?.code);
    this.maps = new StackMapBuilder(base?.maps);
    this.operands = new OperandStack(this.maps);
    this.labels = new Labels(this.emitter);
  }

  /** Starts an expression that the validator has begun. @returns words of its locals */
  begin(validator: FunctionValidator): number {
    this.validator = validator;
    this.dead = false;
    this.handlers = [];
    this.tries.length = 0;
    const localWords = this.#placeLocals(validator.locals);
    this.operands.begin(localWords);
    this.labels.reset();
    this.labels.open(0x02, 0, -1, false);
    return localWords;
  }

  /** Canonical id of one of the module's types. */
  typeId(typeIndex: number): number {
    return this.validator.context.typeIds[typeIndex]!;
  }
  composite(typeIndex: number): CompositeType {
    return this.validator.context.registry.composite(this.typeId(typeIndex));
  }
  /** @param type canonical */
  slot(type: ValTypeCode): SlotKind {
    return slotKind(type, this.validator.context.registry);
  }
  /** The two words that the tests of reference-ops.ts take. */
  emitCastTarget(heapType: HeapType, nullable: boolean): void {
    const { context } = this.validator;
    const canonical = canonicalHeapType(heapType, context.typeIds);
    const functions =
      canonical === Heap.func ||
      canonical === Heap.nofunc ||
      (isConcrete(canonical) && context.registry.composite(canonical).kind === 'func');
    this.emitter.emit2(canonical, (nullable ? ADMITS_NULL : 0) | (functions ? FUNCTION_HIERARCHY : 0));
  }

  /** The map of the operands as they are now, for instructions that keep them until their last safe point. */
  emitMapBefore(): void {
    this.emitter.emit(this.operands.map);
  }
  /** As before, with scratch references above the operands. */
  emitMapWithScratch(references: number): void {
    let map = this.operands.map;
    for (let i = 0; i < references; i++) map = this.maps.push(map, this.operands.height + 2 * i);
    this.emitter.emit(map);
  }
  /** The map of the operands once the instruction is done. */
  emitMapAfter(): void {
    this.mapAfter = this.emitter.pc;
    this.emitter.emit(0);
  }
  /** Both maps of a call: with its results, and without its arguments. */
  emitCallMaps(type: FuncType, extraOperands: number): void {
    const below = this.operands.length - type.params.length - extraOperands;
    const map = this.operands.mapOf(below);
    // Not the map after the step: behind a tail call validation expects nothing, but a host function has returned.
    this.emitter.emit(this.mapWith(map, this.operands.heightOf(below), type.results));
    this.emitter.emit(map);
  }
  /** A map with values of these types on top, the first of them at a location. Makes room for them. */
  mapWith(below: number, location: number, types: readonly ValTypeCode[]): number {
    let map = below;
    let at = location;
    for (const type of types) {
      if (isCounted(type, this.validator.context.registry)) map = this.maps.push(map, at);
      at += type === ValType.v128 ? 4 : 2;
    }
    this.operands.highest = Math.max(this.operands.highest, at);
    return map;
  }

  /** Emits target, words and destination of a branch that carries the label's values. */
  emitBranchOperands(label: number): void {
    const types = this.validator.labelTypes(label);
    const block = this.labels.at(label);
    this.labels.emitTarget(block);
    this.emitter.emit2(this.words(types), this.operands.heightOf(block.operands));
  }

  #placeLocals(types: readonly ValTypeCode[]): number {
    let words = 0;
    this.locals = [];
    for (const type of types) {
      this.locals.push(words);
      words += type === ValType.v128 ? 4 : 2;
    }
    return words;
  }
  /** Words that values of these types take. */
  words(types: readonly ValTypeCode[]): number {
    let words = 0;
    for (const type of types) words += type === ValType.v128 ? 4 : 2;
    return words;
  }
}
