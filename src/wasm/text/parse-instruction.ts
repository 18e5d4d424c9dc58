/** One instruction with its immediates (spec: Text Format / Instructions); what it encloses is left to `parse-code.ts`. */
import type { BlockType, Catch, ImmediateFields, ImmediateKind, Instruction } from '../syntax/instructions.ts';
import { Op, immediateKinds, instructionTable } from '../syntax/instructions.ts';
import { newInstruction } from '../syntax/new-instruction.ts';
import { heapTypeOf, isNullable } from '../syntax/types.ts';
import { naturalAlignment } from './alignment.ts';
import { F32, F64 } from './floats.ts';
import { parseUnsigned } from './integers.ts';
import type { LabelScope } from './labels.ts';
import type { Token } from './lexer.ts';
import { parseHeapType, parseRefType, parseTypeIndex, parseTypeLists, parseTypeUse } from './parse-types.ts';
import { IndexSpace } from './scope.ts';
import type { ModuleScope } from './scope.ts';
import type { TokenStream } from './token-stream.ts';

const opcodes = new Map<string, number>(Object.entries(instructionTable).map(([name, [op]]) => [name, op]));
/** Words that only some context gives a meaning to; `select` and casts choose their opcode by their immediates. */
const NOT_PLAIN = new Set(['else', 'end', ...Object.keys(instructionTable).filter((name) => name.includes(' '))]);
const VECTOR_SHAPE = /^(?=(?:i8x16|i16x8|i32x4|i64x2|f32x4|f64x2)$)([if])(\d+)x(\d+)$/;

/** Whether a token can be an index or a label. */
function isIndex({ kind, text }: Token): boolean {
  return kind === 'id' || (kind === 'word' && /^\d/.test(text));
}

export class InstructionParser {
  readonly #tokens: TokenStream;
  readonly #scope: ModuleScope;
  readonly #locals: IndexSpace;
  readonly #labels: LabelScope;

  constructor(tokens: TokenStream, scope: ModuleScope, locals: IndexSpace, labels: LabelScope) {
    this.#tokens = tokens;
    this.#scope = scope;
    this.#locals = locals;
    this.#labels = labels;
  }

  /** Label, block type and catch clauses of a block instruction. */
  block(word: string): [Instruction, string | undefined] {
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
    return this.#labels.label(this.#tokens);
  }

  /** An instruction that is not a block, after its name. */
  plain(name: string): Instruction {
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
    const immediates = {};
    for (const kind of immediateKinds(op)!) Object.assign(immediates, this.#immediate(op, kind, immediates));
    return newInstruction(op, immediates);
  }

  /** @param before the immediates read so far */
  #immediate(op: number, kind: ImmediateKind, before: { readonly type?: number }): object {
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
        return this.#memArg(op);
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
