/**
 * Where the references of a frame lie, found without the stack maps: validation is run again over the
 * expression up to the frame's instruction, and the types of locals and operands are laid out anew.
 */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import type { FuncType, ValType as ValTypeCode } from '#wasm/syntax/types.ts';
import { ValType } from '#wasm/syntax/types.ts';
import { FunctionValidator } from '#wasm/valid/function-validator.ts';
import type { ModuleContext } from '#wasm/valid/module-context.ts';
import type { CompiledFunction } from '../compile/compiled.ts';
import { instructionAt } from '../compile/compiled.ts';
import { isCounted } from '../compile/operand-stack.ts';
import type { WasmFunction } from '../function.ts';

/** A word of a frame that holds a reference. */
export interface FrameSlot {
  /** Words from the frame pointer. */
  readonly location: number;
  readonly kind: 'local' | 'operand';
  /** Number of the local, or of the operand counted from the bottom. */
  readonly index: number;
}

/** Places of references by pc; one cache per compiled expression. */
type Cache = WeakMap<CompiledFunction, Map<number, readonly FrameSlot[]>>;
const underWay: Cache = new WeakMap();
const ahead: Cache = new WeakMap();

/** The references of a frame that is at a safe point or has called something. */
export function frameSlots(fn: WasmFunction, pc: number): readonly FrameSlot[] {
  return cached(underWay, fn, pc, operandsAt);
}
/** The references of a frame whose instruction at `pc` is about to begin, and has all of its operands. */
export function frameSlotsBefore(fn: WasmFunction, pc: number): readonly FrameSlot[] {
  return cached(ahead, fn, pc, ({ operands }) => operands);
}

/** Finds the types of operands; the validator has checked what comes before the instruction. */
type FindOperands = (validator: FunctionValidator, code: CompiledFunction, pc: number, index: number) => readonly ValTypeCode[];

function cached(cache: Cache, fn: WasmFunction, pc: number, operandsAt: FindOperands): readonly FrameSlot[] {
  let byPc = cache.get(fn.code);
  if (byPc === undefined) cache.set(fn.code, (byPc = new Map()));
  let slots = byPc.get(pc);
  if (slots === undefined) byPc.set(pc, (slots = findSlots(fn.code, fn.instance.compiled.context, pc, operandsAt)));
  return slots;
}

function findSlots(code: CompiledFunction, context: ModuleContext, pc: number, operandsAt: FindOperands): FrameSlot[] {
  const atEntry = pc === code.entry;
  const index = atEntry ? 0 : instructionAt(code, pc);
  const validator = validatorAt(code, context, index);
  const operands = atEntry ? [] : operandsAt(validator, code, pc, index);
  const slots: FrameSlot[] = [];
  let location = 0;
  const add = (type: ValTypeCode, kind: FrameSlot['kind'], index: number): void => {
    if (isCounted(type, context.registry)) slots.push({ location, kind, index });
    location += type === ValType.v128 ? 4 : 2;
  };
  validator.locals.forEach((type, index) => add(type, 'local', index));
  operands.forEach((type, index) => add(type, 'operand', index));
  return slots;
}

/**
 * The validator of the module that was asked about last, and how far it is: scans ask about one module again and
 * again, mostly in the order of execution, and then it need not start anew.
 */
let latest: FunctionValidator | undefined;
let latestCode: CompiledFunction | undefined;
/** Instructions of `latestCode` that it has checked. */
let reached = 0;

function validatorOf(context: ModuleContext): FunctionValidator {
  if (latest?.context !== context) latest = new FunctionValidator(context);
  return latest;
}

/** A validator that has checked the instructions of an expression before `index`. */
function validatorAt(code: CompiledFunction, context: ModuleContext, index: number): FunctionValidator {
  if (latest?.context !== context || latestCode !== code || reached > index) {
    beginExpression(validatorOf(context), code);
    latestCode = code;
    reached = 0;
  }
  const validator = latest!;
  while (reached < index) validator.step(code.expr[reached++]!);
  return validator;
}

/** Has a validator start with an expression. */
export function beginExpression(validator: FunctionValidator, { role }: CompiledFunction): void {
  const { context } = validator;
  const constant = (type: ValTypeCode, globals = context.globals.length): void =>
    validator.beginConstant({ space: role.kind }, type, globals);
  switch (role.kind) {
    case 'function':
      validator.beginFunction(role.index, context.module.functions[role.index - context.imported.func]!);
      break;
    case 'global':
      constant(context.globals[role.index]!.type, role.index);
      break;
    case 'table':
      constant(context.tables[role.index]!.element);
      break;
    case 'element':
      constant(context.elementTypes[role.segment]!);
      break;
    case 'elementOffset':
    case 'dataOffset':
      constant(ValType.i32);
  }
}

/** Operand types while the instruction that `pc` lies in or behind is under way. */
function operandsAt(validator: FunctionValidator, code: CompiledFunction, pc: number, index: number): ValTypeCode[] {
  const instruction = code.expr[index]!;
  const before = [...validator.operands];
  if (instruction.op === 0x1f) return landing(validator, instruction, before, code, pc);
  const callee = calleeType(instruction, validator.context);
  if (callee !== undefined) {
    // While a call is under way its arguments are gone and its results have not come. Behind it, where the
    // next instruction would start, they have; but that is another pc.
    const below = before.slice(0, before.length - callee.params.length - (callsFunctionOfModule(instruction) ? 0 : 1));
    return isBehind(code, index, pc) ? [...below, ...callee.results] : below;
  }
  if (!reads(instruction)) return before;
  validator.step(instruction);
  reached++;
  return [...validator.operands];
}

/** Whether an instruction reads a reference, so that its operands make room for it at its safe point. */
function reads({ op }: Instruction): boolean {
  return op === 0x23 || op === 0x25 || op === 0x102 || op === 0x10b;
}
function callsFunctionOfModule({ op }: Instruction): boolean {
  return op === 0x10 || op === 0x12;
}
/** The type that a call names; undefined for other instructions. */
function calleeType(instruction: Instruction, context: ModuleContext): FuncType | undefined {
  switch (instruction.op) {
    case 0x10: // call
    case 0x12: // return_call
      return context.functionType(instruction.func);
    case 0x11: // call_indirect
    case 0x13: // return_call_indirect
    case 0x14: // call_ref
    case 0x15: // return_call_ref
      return context.registry.composite(context.typeIds[instruction.type]!) as FuncType;
    default:
      return undefined;
  }
}
/** After a host call the frame's pc is the word before the end of the call: its first map. */
function isBehind(code: CompiledFunction, index: number, pc: number): boolean {
  const { positions } = code;
  for (let i = 0; i < positions.length; i += 2) {
    if (positions[i + 1] === index) return pc === positions[i + 2]! - 1;
  }
  return false;
}

/** At a landing pad: what lies below the label's values. Payload and exception come on top later. */
function landing(
  validator: FunctionValidator,
  { catches }: Extract<Instruction, { op: 0x1f }>,
  before: ValTypeCode[],
  code: CompiledFunction,
  pc: number,
): ValTypeCode[] {
  const clauses = code.handlers.flatMap((handler) => handler.clauses);
  const pad = clauses.find((clause) => clause.pad === pc);
  const inTable = code.handlers.find((handler) => pad !== undefined && handler.clauses.includes(pad));
  const clause = catches[inTable?.clauses.indexOf(pad!) ?? 0];
  if (clause === undefined) return before;
  const { controls } = validator;
  return before.slice(0, controls[controls.length - 1 - clause.label]!.height);
}
