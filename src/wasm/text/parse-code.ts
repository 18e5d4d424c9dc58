/**
 * Instructions, plain and folded (spec: Text Format / Instructions).
 *
 * One loop over the tokens with a stack of open constructs, so that nesting costs no host stack. A folded instruction
 * waits in its frame until its operands are through.
 */
import type { BlockType, Catch, Expr, ImmediateFields, ImmediateKind, Instruction } from '../syntax/instructions.ts';
import { Op, immediateKinds, instructionTable } from '../syntax/instructions.ts';
import { heapTypeOf, isNullable } from '../syntax/types.ts';
import { naturalAlignment } from './alignment.ts';
import { F32, F64 } from './floats.ts';
import { parseUnsigned } from './integers.ts';
import type { Token } from './lexer.ts';
import { parseHeapType, parseRefType, parseTypeIndex, parseTypeLists, parseTypeUse } from './parse-types.ts';
import { IndexSpace } from './scope.ts';
import type { ModuleScope } from './scope.ts';
import type { TokenStream } from './token-stream.ts';

const opcodes = new Map<string, number>(Object.entries(instructionTable).map(([name, [op]]) => [name, op]));
const BLOCKS = new Set(['block', 'loop', 'if', 'try_table']);
/** Words that only some context gives a meaning to; `select` and casts choose their opcode by their immediates. */
const NOT_PLAIN = new Set(['else', 'end', ...Object.keys(instructionTable).filter((name) => name.includes(' '))]);

interface Frame {
  /**
   * `plain`: a folded instruction and its operands; `flat`: a block closed by `end`; `block`: a folded block;
   * `if`: a folded `if` outside its arms; `arm`: `(then ...)` or `(else ...)`.
   */
  readonly kind: 'plain' | 'flat' | 'block' | 'if' | 'arm';
  /** The instruction, emitted when the frame is entered (blocks) or left (plain), or at `then` (if). */
  readonly instruction: Instruction | undefined;
  readonly label: string | undefined;
  /** `flat` and `if`: which arms have begun. */
  arms: 'none' | 'then' | 'else';
}

/** Parses one function body or constant expression. */
class CodeParser {
  readonly #tokens: TokenStream;
  readonly #scope: ModuleScope;
  readonly #locals: IndexSpace;
  readonly #code: Instruction[] = [];
  readonly #frames: Frame[] = [];
  /** Depths of the blocks that carry each label, innermost last. */
  readonly #labels = new Map<string, number[]>();
  #depth = 0;

  constructor(tokens: TokenStream, scope: ModuleScope, locals: IndexSpace) {
    this.#tokens = tokens;
    this.#scope = scope;
    this.#locals = locals;
  }

  /** Instructions up to the parenthesis that closes what they are in, which is left. */
  sequence(): Expr {
    for (;;) {
      const { kind } = this.#tokens.peek();
      if (kind === ')') {
        if (this.#frames.length === 0) return this.#code;
        this.#close();
      } else {
        this.#step();
      }
    }
  }

  /** One folded instruction. */
  folded(): Expr {
    this.#open();
    while (this.#frames.length > 0) {
      if (this.#tokens.peek().kind === ')') this.#close();
      else this.#step();
    }
    return this.#code;
  }

  #step(): void {
    if (this.#tokens.peek().kind === '(') return this.#open();
    const frame = this.#frames.at(-1);
    if (frame?.kind === 'plain' || frame?.kind === 'if') this.#tokens.unexpected();
    const token = this.#tokens.peek();
    const word = this.#tokens.word();
    if (BLOCKS.has(word)) {
      const [instruction, label] = this.#block(word);
      this.#enterBlock('flat', instruction, label);
      this.#code.push(instruction);
    } else if (word === 'else') {
      if (frame?.kind !== 'flat' || frame.instruction?.op !== Op.if || frame.arms === 'else') {
        return this.#tokens.fail('unexpected else', token);
      }
      frame.arms = 'else';
      this.#checkLabel(frame);
      this.#code.push({ op: Op.else });
    } else if (word === 'end') {
      if (frame?.kind !== 'flat') return this.#tokens.fail('unexpected end', token);
      this.#checkLabel(frame);
      this.#leave();
    } else {
      this.#code.push(this.#plain(word));
    }
  }

  /** The label may be repeated after `else` and `end`. */
  #checkLabel(frame: Frame): void {
    const token = this.#tokens.peek();
    const id = this.#tokens.takeId();
    if (id !== undefined && id !== frame.label) this.#tokens.fail(`mismatching label $${id}`, token);
  }

  /** `(word`: begins a folded instruction or an arm of a folded `if`. */
  #open(): void {
    this.#tokens.open();
    const frame = this.#frames.at(-1);
    const token = this.#tokens.peek();
    const word = this.#tokens.word();
    if (word === 'then' || word === 'else') {
      if (!this.#arm(word, frame)) this.#tokens.fail(`unexpected ${word}`, token);
      return;
    }
    if (frame?.kind === 'if' && frame.arms !== 'none') this.#tokens.fail(`unexpected token ${word}`, token);
    if (!BLOCKS.has(word)) {
      this.#frames.push({ kind: 'plain', instruction: this.#plain(word), label: undefined, arms: 'none' });
      return;
    }
    const [instruction, label] = this.#block(word);
    if (word === 'if') {
      // Its condition is outside the block: the label is entered with the first arm.
      this.#frames.push({ kind: 'if', instruction, label, arms: 'none' });
    } else {
      this.#enterBlock('block', instruction, label);
      this.#code.push(instruction);
    }
  }

  /** Whether the arm is allowed here. */
  #arm(word: 'then' | 'else', frame: Frame | undefined): boolean {
    if (frame?.kind !== 'if' || frame.arms !== (word === 'then' ? 'none' : 'then')) return false;
    if (word === 'then') {
      this.#code.push(frame.instruction!);
      this.#bindLabel(frame.label);
    } else {
      this.#code.push({ op: Op.else });
    }
    frame.arms = word;
    this.#frames.push({ kind: 'arm', instruction: undefined, label: undefined, arms: 'none' });
    return true;
  }

  #enterBlock(kind: 'flat' | 'block', instruction: Instruction, label: string | undefined): void {
    this.#frames.push({ kind, instruction, label, arms: 'none' });
    this.#bindLabel(label);
  }
  #bindLabel(label: string | undefined): void {
    if (label !== undefined) {
      const depths = this.#labels.get(label);
      if (depths === undefined) this.#labels.set(label, [this.#depth]);
      else depths.push(this.#depth);
    }
    this.#depth++;
  }

  #close(): void {
    if (this.#frames.at(-1)!.kind === 'flat') this.#tokens.fail('unexpected ), expected end');
    this.#tokens.next();
    this.#leave();
  }

  /** Ends the innermost frame, after its parenthesis or `end`. */
  #leave(): void {
    const frame = this.#frames.pop()!;
    switch (frame.kind) {
      case 'plain':
        this.#code.push(frame.instruction!);
        return;
      case 'arm':
        return;
      case 'if':
        if (frame.arms === 'none') this.#tokens.fail('expected (then ...)');
        break;
    }
    this.#code.push({ op: Op.end });
    this.#depth--;
    if (frame.label !== undefined) this.#labels.get(frame.label)!.pop();
  }

  /** Label, block type and catch clauses of a block instruction. */
  #block(word: string): [Instruction, string | undefined] {
    const op = opcodes.get(word)!;
    const label = this.#tokens.takeId();
    const blockType = this.#blockType();
    if (word !== 'try_table') return [{ op, blockType } as Instruction, label];
    const catches: Catch[] = [];
    for (let clause = this.#catch(); clause !== undefined; clause = this.#catch()) catches.push(clause);
    return [{ op, blockType, catches } as Instruction, label];
  }

  #blockType(): BlockType {
    const { typeIndex, params, results } = parseTypeUse(this.#tokens, this.#scope);
    if (typeIndex !== undefined) return { kind: 'type', index: typeIndex };
    if (params.length > 0 || results.length > 1) {
      return { kind: 'type', index: this.#scope.implicitType(params, results) };
    }
    return results.length === 0 ? { kind: 'empty' } : { kind: 'value', type: results[0]! };
  }

  #catch(): Catch | undefined {
    const tokens = this.#tokens;
    for (const kind of ['catch', 'catch_ref', 'catch_all', 'catch_all_ref'] as const) {
      if (!tokens.takeForm(kind)) continue;
      const all = kind === 'catch_all' || kind === 'catch_all_ref';
      const clause: Catch = all
        ? { kind, label: this.#label() }
        : { kind, tag: this.#scope.tag.index(tokens), label: this.#label() };
      tokens.close();
      return clause;
    }
    return undefined;
  }

  #label(): number {
    const token = this.#tokens.peek();
    const id = this.#tokens.takeId();
    if (id === undefined) return this.#tokens.u32();
    const depth = this.#labels.get(id)?.at(-1);
    return depth === undefined ? this.#tokens.fail(`unknown label $${id}`, token) : this.#depth - 1 - depth;
  }

  /** An instruction that is not a block, after its name. */
  #plain(name: string): Instruction {
    const tokens = this.#tokens;
    const scope = this.#scope;
    // The text has these in another order than the binary format, or under another name.
    switch (name) {
      case 'call_indirect':
      case 'return_call_indirect': {
        const table = this.#optionalIndex(scope.table);
        return { op: Op[name], type: parseTypeIndex(tokens, scope), table } as Instruction;
      }
      case 'select': {
        if (!tokens.isForm('result')) return { op: Op.select };
        return { op: Op['select t'], types: parseTypeLists('result', tokens, scope) };
      }
      case 'ref.test':
      case 'ref.cast': {
        const type = parseRefType(tokens, scope);
        const op = Op[isNullable(type) ? (`${name} null` as const) : name];
        return { op, heapType: heapTypeOf(type) } as Instruction;
      }
      case 'table.init': {
        const table = this.#leadingIndex(scope.table);
        return { op: Op[name], elem: scope.elem.index(tokens), table };
      }
      case 'memory.init': {
        const memory = this.#leadingIndex(scope.memory);
        return { op: Op[name], data: scope.data.index(tokens), memory };
      }
      default:
        return this.#regular(name);
    }
  }

  #regular(name: string): Instruction {
    const op = opcodes.get(name);
    if (op === undefined || NOT_PLAIN.has(name)) {
      this.#tokens.position--;
      return this.#tokens.fail(`unknown operator ${name}`);
    }
    let instruction = { op };
    for (const kind of immediateKinds(op)!) instruction = { ...instruction, ...this.#immediate(kind, instruction) };
    return instruction as Instruction;
  }

  /** @param before the instruction with the immediates read so far */
  #immediate(kind: ImmediateKind, before: { op: number; type?: number }): object {
    const tokens = this.#tokens;
    const scope = this.#scope;
    switch (kind) {
      case 'label':
        return { label: this.#label() };
      case 'labels':
        return { labels: this.#labelList() };
      case 'type':
      case 'sourceType':
        return { [kind]: scope.types.index(tokens) };
      case 'field':
        return { field: (scope.fields[before.type!] ?? new IndexSpace('field')).index(tokens) };
      case 'length':
        return { length: tokens.u32() };
      case 'local':
        return { local: this.#locals.index(tokens) };
      case 'func':
      case 'global':
      case 'tag':
      case 'elem':
      case 'data':
        return { [kind]: scope[kind].index(tokens) };
      case 'table':
      case 'sourceTable':
        return { [kind]: this.#optionalIndex(scope.table) };
      case 'memory':
      case 'sourceMemory':
        return { [kind]: this.#optionalIndex(scope.memory) };
      case 'heapType':
        return { heapType: parseHeapType(tokens, scope) };
      case 'cast':
        return { from: parseRefType(tokens, scope), to: parseRefType(tokens, scope) };
      case 'memArg':
        return this.#memArg(before.op);
      case 'lane':
        return { lane: this.#lane() };
      case 'i32':
        return { value: Number(tokens.integer(32)) };
      case 'i64':
        return { value: tokens.integer(64) };
      case 'f32':
        return { bits: Number(tokens.float(F32)) };
      case 'f64':
        return { bits: tokens.float(F64) };
      case 'v128':
        return { bits: this.#vector() };
      case 'blockType':
      case 'catches':
      case 'types':
        throw new Error(`${kind} belongs to instructions that are parsed elsewhere`);
    }
  }

  #optionalIndex(space: IndexSpace): number {
    return space.isNext(this.#tokens) ? space.index(this.#tokens) : 0;
  }
  /** An index that may be left out in front of another one. */
  #leadingIndex(space: IndexSpace): number {
    return isIndex(this.#tokens.peek(1)) ? space.index(this.#tokens) : 0;
  }

  #labelList(): number[] {
    const labels = [this.#label()];
    while (isIndex(this.#tokens.peek())) labels.push(this.#label());
    return labels;
  }

  #memArg(op: number): ImmediateFields['memArg'] {
    const hasLane = immediateKinds(op)!.includes('lane');
    // In front of a lane, a number is a memory only when something other than an instruction follows.
    const after = this.#tokens.peek(1);
    const named = !hasLane || isIndex(after) || /^(?:offset|align)=/.test(after.text);
    const memory = named ? this.#optionalIndex(this.#scope.memory) : 0;
    const offset = this.#memParam('offset') ?? 0n;
    if (offset >= 1n << 32n) this.#tokens.fail('offset out of range');
    const bytes = this.#memParam('align');
    const align = bytes === undefined ? naturalAlignment(op) : bytes.toString(2).length - 1;
    if (bytes !== undefined && bytes !== 1n << BigInt(align)) this.#tokens.fail('alignment must be a power of two');
    return { align, offset: Number(offset), memory };
  }
  #memParam(name: 'offset' | 'align'): bigint | undefined {
    const { kind, text } = this.#tokens.peek();
    if (kind !== 'word' || !text.startsWith(`${name}=`)) return undefined;
    const value = parseUnsigned(text.slice(name.length + 1));
    if (value === undefined || value >= 1n << 64n) return this.#tokens.fail(`malformed ${name}`);
    this.#tokens.next();
    return value;
  }

  #lane(): number {
    const token = this.#tokens.peek();
    const lane = this.#tokens.u32();
    return lane < 0x100 ? lane : this.#tokens.fail('lane out of range', token);
  }

  #vector(): bigint {
    const shape = VECTOR_SHAPE.exec(this.#tokens.word());
    if (shape === null) {
      this.#tokens.position--;
      return this.#tokens.unexpected();
    }
    const [, letter, width, lanes] = shape;
    const bits = Number(width);
    let vector = 0n;
    for (let lane = 0; lane < Number(lanes); lane++) {
      const value = letter === 'i' ? this.#tokens.integer(bits) : this.#tokens.float(bits === 32 ? F32 : F64);
      vector |= BigInt.asUintN(bits, value) << BigInt(lane * bits);
    }
    return vector;
  }
}

const VECTOR_SHAPE = /^(?=(?:i8x16|i16x8|i32x4|i64x2|f32x4|f64x2)$)([if])(\d+)x(\d+)$/;

/** Whether a token can be an index or a label. */
function isIndex({ kind, text }: Token): boolean {
  return kind === 'id' || (kind === 'word' && /^\d/.test(text));
}

/** A function body or constant expression up to the parenthesis that closes what it is in, which is left. */
export function parseExpr(tokens: TokenStream, scope: ModuleScope, locals = new IndexSpace('local')): Expr {
  return new CodeParser(tokens, scope, locals).sequence();
}

/** A constant expression that is one folded instruction. */
export function parseFolded(tokens: TokenStream, scope: ModuleScope): Expr {
  return new CodeParser(tokens, scope, new IndexSpace('local')).folded();
}
