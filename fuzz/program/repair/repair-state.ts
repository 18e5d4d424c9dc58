/**
 * A typing state that can be asked what an instruction would take, without anything happening: the rules of validation
 * are run on it, and what they pop is noted instead of popped. So there is no second table of types to keep right.
 */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import type { ValType } from '#wasm/syntax/types.ts';
import { BOTTOM, BOTTOM_HEAP, HeapType, isRefType, refType } from '#wasm/syntax/types.ts';
import { constantRule } from '#wasm/valid/constant-rules.ts';
import type { ModuleContext } from '#wasm/valid/module-context.ts';
import { ruleOf } from '#wasm/valid/rules.ts';
import type { ControlFrame } from '#wasm/valid/typing-state.ts';
import { TypingState } from '#wasm/valid/typing-state.ts';

/** What `drop` takes. */
export const ANY = BOTTOM;
/** What `ref.is_null` takes. */
export const ANY_REF = refType(BOTTOM_HEAP, true);

export class RepairState extends TypingState {
  /** Whether only constant instructions are allowed. */
  constant = false;
  #probing = false;
  /** Noted pops, the last operand first. */
  readonly #taken: ValType[] = [];
  /** Pushes that a rule takes back itself. */
  #given = 0;

  constructor(context: ModuleContext) {
    super(context);
    this.globalsInScope = context.globals.length;
  }

  /**
   * What an instruction takes; the last operand last. Good for all but `else` and `end`.
   * @throws ValidationError when no operands would make it valid here
   */
  taken(instruction: Instruction): readonly ValType[] {
    this.#taken.length = 0;
    this.#given = 0;
    this.#probing = true;
    try {
      if (this.constant) constantRule(this, instruction);
      ruleOf(instruction.op)(this, instruction);
    } finally {
      this.#probing = false;
    }
    return this.#taken.toReversed();
  }

  step(instruction: Instruction): void {
    ruleOf(instruction.op)(this, instruction);
  }

  /** Number of operands of the innermost block. */
  get available(): number {
    return this.operands.length - this.frame.height;
  }
  /** What lies under the operands noted so far. */
  #next(): ValType | undefined {
    const depth = this.#taken.length;
    return depth < this.available ? this.operands[this.operands.length - 1 - depth] : undefined;
  }

  // --- The elementary operations, while probing ----------------------------------------------------------

  override push(type: ValType): void {
    if (this.#probing) this.#given++;
    else super.push(type);
  }
  override pushAll(types: readonly ValType[]): void {
    if (this.#probing) this.#given += types.length;
    else super.pushAll(types);
  }
  override popAny(): ValType {
    if (!this.#probing) return super.popAny();
    const actual = this.#next() ?? BOTTOM;
    this.#taken.push(ANY);
    return actual;
  }
  override popRef(): ValType {
    if (!this.#probing) return super.popRef();
    const actual = this.#next();
    this.#taken.push(ANY_REF);
    return actual !== undefined && isRefType(actual) ? actual : refType(HeapType.none, true);
  }
  override pop(expected: ValType): ValType {
    if (!this.#probing) return super.pop(expected);
    // A rule that pops what it has just pushed looks at the same operand a second time.
    if (this.#given > 0) {
      this.#given--;
      this.#taken[this.#taken.length - 1] = expected;
    } else {
      this.#taken.push(expected);
    }
    return expected;
  }
  override popRepeated(type: ValType, count: number): void {
    if (!this.#probing) super.popRepeated(type, count);
    else for (let i = 0; i < count; i++) this.#taken.push(type);
  }
  override checkTop(types: readonly ValType[]): void {
    if (!this.#probing) super.checkTop(types);
    else if (this.#taken.length === 1) this.#taken.push(...types.toReversed());
    else types.toReversed().forEach((type, i) => this.#narrow(1 + i, type));
  }
  /** Operands of a `br_table`, noted after its index, must suit all its labels. */
  #narrow(position: number, type: ValType): void {
    const { registry } = this.context;
    const noted = this.#taken[position]!;
    if (registry.matches(type, noted)) this.#taken[position] = type;
    else if (!registry.matches(noted, type)) throw this.error('type mismatch: labels differ');
  }
  override pushFrame(opcode: number, startTypes: readonly ValType[], endTypes: readonly ValType[]): void {
    if (!this.#probing) super.pushFrame(opcode, startTypes, endTypes);
  }
  override popFrame(): ControlFrame {
    return this.#probing ? this.frame : super.popFrame();
  }
  override setUnreachable(): void {
    if (!this.#probing) super.setUnreachable();
  }
  override initialise(index: number): void {
    if (!this.#probing) super.initialise(index);
  }
}
