/**
 * The state of the validation algorithm and its elementary operations (spec: Appendix / Validation
 * Algorithm): the operand stack, the control stack and the locals. The rules of instructions are written in
 * terms of it, in the `*-rules.ts` files.
 *
 * All heap types here are canonical. The arrays are kept from one expression to the next, and frames are
 * reused: whoever wants to keep a frame must copy it.
 */
import type { Place } from '../errors.ts';
import { ValidationError } from '../errors.ts';
import type { BlockType } from '../syntax/instructions.ts';
import type { ArrayType, FuncType, HeapType, StructType, ValType } from '../syntax/types.ts';
import {
  BOTTOM,
  BOTTOM_HEAP,
  heapTypeOf,
  isConcrete,
  isDefaultable,
  isRefType,
  refType,
  typeName,
} from '../syntax/types.ts';
import type { ModuleContext } from './module-context.ts';
import { canonicalHeapType, canonicalValType } from './type-registry.ts';

export interface ControlFrame {
  /** Of the instruction that opened it; that of `block` for a whole body or constant expression. */
  readonly opcode: number;
  readonly startTypes: readonly ValType[];
  readonly endTypes: readonly ValType[];
  /** Height of the operand stack at entry, below the start types. */
  readonly height: number;
  /** Whether the rest of the block cannot be reached, so that operands may come from nowhere. */
  readonly unreachable: boolean;
}

type MutableFrame = { -readonly [Key in keyof ControlFrame]: ControlFrame[Key] } & {
  /** Number of initialised locals to forget when the block ends. */
  initHeight: number;
};

/** What a block takes and leaves. */
export type Signature = Pick<FuncType, 'params' | 'results'>;

const NO_TYPES: readonly ValType[] = [];
const EMPTY_SIGNATURE: Signature = { params: NO_TYPES, results: NO_TYPES };
const OPCODE_LOOP = 0x03;

/** Popping keeps the array's storage, which assigning to `length` may give up. */
function truncate(array: unknown[], length: number): void {
  while (array.length > length) array.pop();
}

export class TypingState {
  readonly context: ModuleContext;
  readonly operands: ValType[] = [];
  readonly controls: ControlFrame[] = [];
  readonly locals: ValType[] = [];
  /** Position of the instruction being checked. */
  instruction = -1;
  /** Operands that the instruction being checked has left alone: those below this height. */
  untouched = 0;
  /** Globals that `global.get` may name; fewer than there are while globals are being defined. */
  globalsInScope = 0;

  #space = '';
  #index: number | undefined = undefined;
  /** Frames by depth, for reuse. */
  readonly #frames: MutableFrame[] = [];
  /** Locals without default value that nothing was stored to yet. */
  readonly #unset = new Set<number>();
  /** Those of them that were stored to, in order. */
  readonly #initialised: number[] = [];
  readonly #valueSignatures = new Map<ValType, Signature>();

  constructor(context: ModuleContext) {
    this.context = context;
  }

  // --- Begin and end ---------------------------------------------------------------------------------

  /** Starts an expression without parameters and locals that leaves `endTypes`. */
  begin(place: Place, endTypes: readonly ValType[]): void {
    this.#space = place.space;
    this.#index = place.index;
    this.instruction = -1;
    truncate(this.operands, 0);
    truncate(this.controls, 0);
    truncate(this.locals, 0);
    truncate(this.#initialised, 0);
    if (this.#unset.size > 0) this.#unset.clear(); // Clearing allocates, even an empty set.
    this.pushFrame(0x02, NO_TYPES, endTypes);
  }
  addParameter(type: ValType): void {
    this.locals.push(type);
  }
  /** @param type of the module, not canonical yet */
  addLocal(type: ValType): void {
    if (!isDefaultable(type)) this.#unset.add(this.locals.length);
    this.locals.push(this.valType(type));
  }
  /** A signature without parameters and with this result. */
  valueSignature(type: ValType): Signature {
    let signature = this.#valueSignatures.get(type);
    if (signature === undefined) {
      signature = { params: NO_TYPES, results: [type] };
      this.#valueSignatures.set(type, signature);
    }
    return signature;
  }

  // --- Errors ----------------------------------------------------------------------------------------

  error(message: string): ValidationError {
    return new ValidationError(message, {
      space: this.#space,
      ...(this.#index !== undefined && { index: this.#index }),
      ...(this.instruction >= 0 && { instruction: this.instruction }),
    });
  }
  #mismatch(actual: ValType, expected: string): ValidationError {
    return this.error(`type mismatch: expected ${expected}, found ${typeName(actual)}`);
  }

  // --- Operands --------------------------------------------------------------------------------------

  push(type: ValType): void {
    this.operands.push(type);
  }
  pushAll(types: readonly ValType[]): void {
    for (let i = 0; i < types.length; i++) this.operands.push(types[i]!);
  }
  /** Pops an operand of any type; the bottom type when an unreachable block has none left. */
  popAny(): ValType {
    const frame = this.frame;
    if (this.operands.length === frame.height) {
      if (frame.unreachable) return BOTTOM;
      throw this.error('type mismatch: the operand stack is empty');
    }
    const type = this.operands.pop()!;
    if (this.operands.length < this.untouched) this.untouched = this.operands.length;
    return type;
  }
  /** Pops an operand that must match `expected`; yields its own type. */
  pop(expected: ValType): ValType {
    const actual = this.popAny();
    if (actual !== expected && !this.context.registry.matches(actual, expected)) {
      throw this.#mismatch(actual, typeName(expected));
    }
    return actual;
  }
  popAll(types: readonly ValType[]): void {
    for (let i = types.length - 1; i >= 0; i--) this.pop(types[i]!);
  }
  /** Pops `count` operands of one type. Takes no longer than there are operands. */
  popRepeated(type: ValType, count: number): void {
    for (let i = 0; i < count; i++) {
      if (this.#exhausted()) return;
      this.pop(type);
    }
  }
  /** Pops any reference; `(ref bottom)` when it comes from nowhere. */
  popRef(): ValType {
    const actual = this.popAny();
    if (actual === BOTTOM) return refType(BOTTOM_HEAP, false);
    if (!isRefType(actual)) throw this.#mismatch(actual, 'a reference');
    return actual;
  }
  /** Checks the top operands without popping them. */
  checkTop(types: readonly ValType[]): void {
    const { height, unreachable } = this.frame;
    const { operands } = this;
    for (let i = types.length - 1, at = operands.length - 1; i >= 0; i--, at--) {
      if (at < height) {
        if (unreachable) return;
        throw this.error('type mismatch: the operand stack is empty');
      }
      if (!this.context.registry.matches(operands[at]!, types[i]!)) {
        throw this.#mismatch(operands[at]!, typeName(types[i]!));
      }
    }
  }
  /** Pops what a signature takes and pushes what it leaves. */
  apply({ params, results }: Signature): void {
    this.popAll(params);
    this.pushAll(results);
  }
  #exhausted(): boolean {
    return this.frame.unreachable && this.operands.length === this.frame.height;
  }

  // --- Control ---------------------------------------------------------------------------------------

  /** The innermost frame. */
  get frame(): ControlFrame {
    const frame = this.controls[this.controls.length - 1];
    if (frame === undefined) throw this.error('instruction after the end of the expression');
    return frame;
  }
  /** Opens a block; its start types must have been popped. */
  pushFrame(opcode: number, startTypes: readonly ValType[], endTypes: readonly ValType[]): void {
    const depth = this.controls.length;
    const frame = (this.#frames[depth] ??= {
      opcode: 0,
      startTypes: NO_TYPES,
      endTypes: NO_TYPES,
      height: 0,
      unreachable: false,
      initHeight: 0,
    });
    frame.opcode = opcode;
    frame.startTypes = startTypes;
    frame.endTypes = endTypes;
    frame.height = this.operands.length;
    frame.unreachable = false;
    frame.initHeight = this.#initialised.length;
    this.controls.push(frame);
    this.pushAll(startTypes);
  }
  /** Closes the innermost block: its end types, and nothing else, must be on the stack; they are popped. */
  popFrame(): ControlFrame {
    const frame = this.frame;
    this.popAll(frame.endTypes);
    if (this.operands.length !== frame.height) {
      throw this.error(`type mismatch: ${this.operands.length - frame.height} values remain at the end of the block`);
    }
    this.controls.pop();
    this.#forgetLocals(this.#frames[this.controls.length]!.initHeight);
    return frame;
  }
  /** The rest of the block cannot be reached: operands are dropped, and popping never fails. */
  setUnreachable(): void {
    truncate(this.operands, this.frame.height);
    if (this.operands.length < this.untouched) this.untouched = this.operands.length;
    this.#frames[this.controls.length - 1]!.unreachable = true;
  }
  /** Types of the values that a branch to a label takes along; 0 is the innermost label. */
  labelTypes(depth: number): readonly ValType[] {
    const frame = this.controls[this.controls.length - 1 - depth];
    if (frame === undefined) throw this.error(`unknown label ${depth}`);
    return frame.opcode === OPCODE_LOOP ? frame.startTypes : frame.endTypes;
  }
  /** What the function returns. */
  returnTypes(): readonly ValType[] {
    return this.controls[0]!.endTypes;
  }
  /** Spec: Validation / Instructions / Block Types. */
  blockSignature(blockType: BlockType): Signature {
    switch (blockType.kind) {
      case 'empty':
        return EMPTY_SIGNATURE;
      case 'value':
        return this.valueSignature(this.valType(blockType.type));
      case 'type':
        return this.funcType(blockType.index);
    }
  }

  // --- Locals ----------------------------------------------------------------------------------------

  local(index: number): ValType {
    const type = this.locals[index];
    if (type === undefined) throw this.error(`unknown local ${index}`);
    return type;
  }
  isInitialised(index: number): boolean {
    return this.#unset.size === 0 || !this.#unset.has(index);
  }
  initialise(index: number): void {
    if (this.#unset.size !== 0 && this.#unset.delete(index)) this.#initialised.push(index);
  }
  #forgetLocals(height: number): void {
    while (this.#initialised.length > height) this.#unset.add(this.#initialised.pop()!);
  }

  // --- Types the module defines ------------------------------------------------------------------------

  /** Canonical id of a type index. */
  typeId(index: number): number {
    const id = this.context.typeIds[index];
    if (id === undefined) throw this.error(`unknown type ${index}`);
    return id;
  }
  funcType(index: number): FuncType {
    const composite = this.context.registry.composite(this.typeId(index));
    if (composite.kind !== 'func') throw this.error(`type ${index} is not a function type`);
    return composite;
  }
  structType(index: number): StructType {
    const composite = this.context.registry.composite(this.typeId(index));
    if (composite.kind !== 'struct') throw this.error(`type ${index} is not a structure type`);
    return composite;
  }
  arrayType(index: number): ArrayType {
    const composite = this.context.registry.composite(this.typeId(index));
    if (composite.kind !== 'array') throw this.error(`type ${index} is not an array type`);
    return composite;
  }
  /** A heap type of the module in canonical form. */
  heapType(heapType: HeapType): HeapType {
    if (isConcrete(heapType)) this.typeId(heapType);
    return canonicalHeapType(heapType, this.context.typeIds);
  }
  /** A value type of the module in canonical form. */
  valType(type: ValType): ValType {
    if (isRefType(type) && isConcrete(heapTypeOf(type))) this.typeId(heapTypeOf(type));
    return canonicalValType(type, this.context.typeIds);
  }
}
