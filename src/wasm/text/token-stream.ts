/** A cursor over tokens, with the error that names the line. */
import { ParseError } from '../errors.ts';
import type { FloatFormat } from './floats.ts';
import { parseFloatBits } from './floats.ts';
import { parseInteger, parseShortDecimal, parseUnsigned } from './integers.ts';
import type { Token } from './lexer.ts';
import { decodeName, lineOf, tokenize } from './lexer.ts';

export class TokenStream {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  /** Index of the next token. */
  position = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  /** The token `ahead` places on; the last one repeats for ever. */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.position + ahead, this.#tokens.length - 1)]!;
  }
  next(): Token {
    const token = this.peek();
    this.position++;
    return token;
  }

  /** @param token where; the next one if not given */
  fail(message: string, token: Token = this.peek()): never {
    throw new ParseError(message, lineOf(this.#text, token.offset));
  }
  unexpected(): never {
    const token = this.peek();
    return this.fail(`unexpected ${token.kind === 'string' ? 'string' : `token ${token.text}`}`);
  }

  isWord(word: string): boolean {
    const token = this.peek();
    return token.kind === 'word' && token.text === word;
  }
  /** Whether `( word` comes next. */
  isForm(word: string): boolean {
    const after = this.peek(1);
    return this.peek().kind === '(' && after.kind === 'word' && after.text === word;
  }

  /** Takes `word` if it is next. */
  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.position++;
    return true;
  }
  /** Takes `( word` if it is next. */
  takeForm(word: string): boolean {
    if (!this.isForm(word)) return false;
    this.position += 2;
    return true;
  }
  takeId(): string | undefined {
    return this.peek().kind === 'id' ? this.next().text : undefined;
  }
  takeClose(): boolean {
    if (this.peek().kind !== ')') return false;
    this.position++;
    return true;
  }

  word(): string {
    return this.peek().kind === 'word' ? this.next().text : this.unexpected();
  }
  open(): void {
    if (this.next().kind !== '(') this.#refuseLast();
  }
  close(): void {
    if (this.next().kind !== ')') this.#refuseLast();
  }
  expectForm(word: string): void {
    if (!this.takeForm(word)) this.unexpected();
  }
  #refuseLast(): never {
    this.position--;
    return this.unexpected();
  }

  bytes(): Uint8Array {
    return this.peek().bytes === undefined ? this.unexpected() : this.next().bytes!;
  }
  /** A string that must be UTF-8. */
  name(): string {
    const token = this.peek();
    return decodeName(this.bytes()) ?? this.fail('malformed UTF-8 encoding', token);
  }
  /** All strings that follow, as one. */
  strings(): Uint8Array {
    const parts: Uint8Array[] = [];
    while (this.peek().kind === 'string') parts.push(this.bytes());
    const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let end = 0;
    for (const part of parts) {
      joined.set(part, end);
      end += part.length;
    }
    return joined;
  }

  /** An unsigned literal below 2^64. */
  unsigned(): bigint {
    const token = this.peek();
    const value = parseUnsigned(this.word());
    if (value === undefined || value >= 1n << 64n) return this.fail(`malformed or too large: ${token.text}`, token);
    return value;
  }
  u32(): number {
    const token = this.peek();
    const short = token.kind === 'word' ? parseShortDecimal(token.text) : undefined;
    if (short !== undefined) {
      this.next();
      return short;
    }
    const value = this.unsigned();
    return value < 1n << 32n ? Number(value) : this.fail(`too large: ${token.text}`, token);
  }
  /** An integer of that many bits in signed or unsigned notation; the result is signed. */
  integer(bits: number): bigint {
    const token = this.peek();
    return parseInteger(this.word(), bits) ?? this.fail(`malformed i${bits} or out of range: ${token.text}`, token);
  }
  /** The unsigned bit pattern of a float. */
  float(format: FloatFormat): bigint {
    const token = this.peek();
    return parseFloatBits(this.word(), format) ?? this.fail(`malformed float or out of range: ${token.text}`, token);
  }
}
