/**
 * Instructions, plain and folded (spec: Text Format / Instructions).
 *
 * One loop over the tokens with a stack of open constructs, so that nesting costs no host stack. A folded instruction
 * waits in its frame until its operands are through.
 */
import type { Expr, Instruction } from '../syntax/instructions.ts';
import { Op } from '../syntax/instructions.ts';
import { LabelScope } from './labels.ts';
import { InstructionParser } from './parse-instruction.ts';
import { IndexSpace } from './scope.ts';
import type { ModuleScope } from './scope.ts';
import type { TokenStream } from './token-stream.ts';

const BLOCKS = new Set(['block', 'loop', 'if', 'try_table']);

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
  readonly #instructions: InstructionParser;
  readonly #code: Instruction[] = [];
  readonly #frames: Frame[] = [];
  readonly #labels = new LabelScope();

  constructor(tokens: TokenStream, scope: ModuleScope, locals: IndexSpace) {
    this.#tokens = tokens;
    this.#instructions = new InstructionParser(tokens, scope, locals, this.#labels);
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
      const [instruction, label] = this.#instructions.block(word);
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
      this.#code.push(this.#instructions.plain(word));
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
      this.#frames.push({ kind: 'plain', instruction: this.#instructions.plain(word), label: undefined, arms: 'none' });
      return;
    }
    const [instruction, label] = this.#instructions.block(word);
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
      this.#labels.bind(frame.label);
    } else {
      this.#code.push({ op: Op.else });
    }
    frame.arms = word;
    this.#frames.push({ kind: 'arm', instruction: undefined, label: undefined, arms: 'none' });
    return true;
  }

  #enterBlock(kind: 'flat' | 'block', instruction: Instruction, label: string | undefined): void {
    this.#frames.push({ kind, instruction, label, arms: 'none' });
    this.#labels.bind(label);
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
    this.#labels.unbind(frame.label);
  }
}

/** A function body or constant expression up to the parenthesis that closes what it is in, which is left. */
export function parseExpr(tokens: TokenStream, scope: ModuleScope, locals = new IndexSpace('local')): Expr {
  return new CodeParser(tokens, scope, locals).sequence();
}

/** A constant expression that is one folded instruction. */
export function parseFolded(tokens: TokenStream, scope: ModuleScope): Expr {
  return new CodeParser(tokens, scope, new IndexSpace('local')).folded();
}
