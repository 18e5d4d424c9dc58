/**
 * Turns one expression into code while validation steps through it.
 *
 * Before each step the validator's operands say what kind of slots the instruction touches; after it they say
 * what lies on the stack for its stack map. Instructions that cannot be reached yield no code. Several
 * instructions yield none at all: `nop`, `block`, `loop`, conversions that keep the bits.
 */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { OPCODE_LIMIT } from '#wasm/syntax/instructions.ts';
import { ValType } from '#wasm/syntax/types.ts';
import type { FunctionValidator } from '#wasm/valid/function-validator.ts';
import type { ExpressionRole } from '#wasm/valid/validate.ts';
import type { Layouts } from '../heap/layout.ts';
import { emitAggregate } from './aggregate-code.ts';
import { afterBlock, emitBlock } from './block-code.ts';
import { CodeBuilder } from './code-builder.ts';
import { code } from './code.ts';
import type { CompiledCode, CompiledFunction } from './compiled.ts';
import { emitControl } from './control-code.ts';
import type { Emitter } from './emitter.ts';
import { emitMemoryAccess, emitNumeric } from './numeric-code.ts';
import { isCounted } from './operand-stack.ts';
import { emitReference } from './reference-code.ts';
import type { StackMapBuilder } from './stack-maps.ts';
import { emitStorage } from './storage-code.ts';

/** Words above the operands that instructions may use: scratch references, an exception being unpacked. */
const SCRATCH_WORDS = 4;

/** Emits the code of a reachable instruction that the validator has just stepped over. */
type Emit = (builder: CodeBuilder, instruction: Instruction) => void;

/** By opcode, the families as the validator's rules.ts has them. */
const families: Emit[] = new Array(OPCODE_LIMIT).fill(emitControl);
function assign(emit: Emit, ...ranges: readonly (readonly [first: number, last: number])[]): void {
  for (const [first, last] of ranges) families.fill(emit, first, last + 1);
}
assign(emitStorage, [0x20, 0x26], [0x3f, 0x40], [0x208, 0x211]);
assign(emitMemoryAccess as Emit, [0x28, 0x3e], [0x300, 0x30b], [0x354, 0x35d]);
assign(emitNumeric, [0x01, 0x01], [0x41, 0xc4], [0x200, 0x207], [0x30c, 0x30c]);
assign(emitReference, [0xd0, 0xd4], [0x114, 0x117], [0x11a, 0x11e]);
assign(emitAggregate, [0x100, 0x113]);

/** One compiles all expressions of a module, one after the other, into one array of code. */
export class FunctionCompiler {
  readonly emitter: Emitter;
  readonly maps: StackMapBuilder;
  readonly #builder: CodeBuilder;
  #positions: number[] = [];

  /** @param base code and stack maps to go on from */
  constructor(layouts: Layouts, base?: CompiledCode) {
    this.#builder = new CodeBuilder(layouts, base);
    this.emitter = this.#builder.emitter;
    this.maps = this.#builder.maps;
  }

  /** Compiles an expression that the validator has begun. */
  compile(validator: FunctionValidator, expr: Expr, role: ExpressionRole): CompiledFunction {
    const { emitter } = this;
    const { registry } = validator.context;
    const builder = this.#builder;
    this.#positions = [];
    const resultTypes = validator.labelTypes(0);
    const localWords = builder.begin(validator);

    emitter.emit(0); // the stack map at entry: no operands yet
    const entry = emitter.pc;
    for (let i = 0; i < expr.length; i++) this.#step(expr[i]!, i);
    builder.labels.close();
    const resultWords = builder.words(resultTypes);
    this.#positions.push(emitter.pc, expr.length);
    emitter.emit2(code.return, resultWords);

    const params = role.kind === 'function' ? validator.context.functionType(role.index).params : [];
    return {
      role,
      expr,
      entry,
      end: emitter.pc,
      paramWords: builder.words(params),
      resultWords,
      localWords,
      frameWords: Math.max(builder.operands.highest, localWords + resultWords) + SCRATCH_WORDS,
      refLocals: new Int32Array(builder.locals.filter((_, i) => isCounted(validator.locals[i]!, registry))),
      handlers: builder.handlers,
      positions: this.#positions,
    };
  }

  #step(instruction: Instruction, index: number): void {
    const builder = this.#builder;
    const { validator } = builder;
    const { op } = instruction;
    const before = this.emitter.pc;
    const wasDead = builder.dead;
    builder.mapAfter = -1;
    if (op >= 0x1a && op <= 0x1c) this.#noteWidth(op);
    // Validated first, so that every index below exists; our own operands lag one step behind.
    validator.step(instruction);
    if (!emitBlock(builder, instruction) && !builder.dead) families[op]!(builder, instruction);
    builder.operands.follow(validator);
    if (op === 0x05 || op === 0x0b) afterBlock(builder, op);
    if (builder.mapAfter >= 0) this.emitter.patch(builder.mapAfter, builder.operands.map);
    if (!wasDead && this.emitter.pc > before) this.#positions.push(before, index);
  }

  /** `drop` and `select` do not say what they work on; their operands do, as long as they are there. */
  #noteWidth(op: number): void {
    const { operands } = this.#builder.validator;
    const at = operands.length - (op === 0x1a ? 1 : 2);
    this.#builder.isVector = at >= 0 && operands[at] === ValType.v128;
  }
}
