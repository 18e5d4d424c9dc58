/**
 * Text to tokens (spec: Text Format / Lexical Format). Comments and annotations are dropped.
 */
import { ParseError } from '../errors.ts';

export type TokenKind = '(' | ')' | 'word' | 'id' | 'string' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** The word; the name of an identifier, without `$`; empty for a string. */
  readonly text: string;
  /** The bytes of a string. */
  readonly bytes: Uint8Array | undefined;
  /** Position in the text, in UTF-16 units. */
  readonly offset: number;
}

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const SPACE = /[ \t\r\n]+|;;[^\r\n]*/y;
const BLOCK_COMMENT_EDGE = /\(;|;\)/g;
const WORD = /[0-9A-Za-z!#$%&'*+\-./:<=>?@\\^_`|~]+/y;
/** The last alternative, empty, stands for a malformed escape. */
const ESCAPE = /\\(?:u\{([\da-fA-F](?:_?[\da-fA-F])*)\}|([\da-fA-F]{2})|([tnr"'\\])|)/g;
const ESCAPED: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, '"': 34, "'": 39, '\\': 92 };

const SEMICOLON = 59;
const QUOTE = 34;
const BACKSLASH = 92;

/** 1-based line of an offset. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** Decodes the bytes of a string that must be UTF-8: a name. */
export function decodeName(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * All tokens of a text; the last one is of kind `end`.
 * @throws {ParseError} with the line, on anything that is not a token
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  /** Where the last token ended, if it was one that needs space after it. */
  let glued = -1;
  const fail = (message: string): never => {
    throw new ParseError(message, lineOf(text, at));
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return undefined;
    at = pattern.lastIndex;
    return found[0];
  };
  const string = (): Uint8Array => {
    const end = endOfString(text, at) ?? fail('malformed or unclosed string');
    const bytes = stringBytes(text.slice(at + 1, end - 1)) ?? fail('malformed escape');
    at = end;
    return bytes;
  };

  for (;;) {
    if (mayBeSpace(text.charCodeAt(at)) && match(SPACE) !== undefined) continue;
    if (at === text.length) break;
    const offset = at;
    const first = text[at]!;
    const second = text[at + 1];
    if (first === '(' && second === ';') {
      at = endOfBlockComment(text, at) ?? fail('unclosed comment');
    } else if (first === '(' || first === ')') {
      at++;
      tokens.push({ kind: first, text: first, bytes: undefined, offset });
    } else {
      if (glued === at) fail('tokens must be separated by space');
      if (first === '"') {
        tokens.push({ kind: 'string', text: '', bytes: string(), offset });
      } else if (first === '$' && second === '"') {
        at++;
        const name = decodeName(string()) ?? fail('malformed UTF-8 encoding');
        if (name === '') fail('empty identifier');
        tokens.push({ kind: 'id', text: name, bytes: undefined, offset });
      } else {
        const word = match(WORD) ?? fail('illegal character');
        if (word === '$') fail('empty identifier');
        const kind = first === '$' ? 'id' : 'word';
        tokens.push({ kind, text: kind === 'id' ? word.slice(1) : word, bytes: undefined, offset });
      }
      glued = at;
    }
  }
  tokens.push({ kind: 'end', text: 'end of text', bytes: undefined, offset: at });
  return withoutAnnotations(tokens, text);
}

/** Whether white space or a comment can begin so: a question that is cheaper than the pattern, asked for each token. */
function mayBeSpace(code: number): boolean {
  return code <= 0x20 || code === SEMICOLON;
}

function endOfBlockComment(text: string, start: number): number | undefined {
  let depth = 0;
  BLOCK_COMMENT_EDGE.lastIndex = start;
  for (;;) {
    const edge = BLOCK_COMMENT_EDGE.exec(text);
    if (edge === null) return undefined;
    depth += edge[0] === '(;' ? 1 : -1;
    if (depth === 0) return BLOCK_COMMENT_EDGE.lastIndex;
  }
}

/** One past the closing quote, or undefined when a control character or the end of the text comes first. */
function endOfString(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code < 0x20 || code === 0x7f) return undefined;
    if (code === BACKSLASH) at++;
  }
  return undefined;
}

/** The bytes of what stands between the quotes, or undefined when it has a malformed escape. */
function stringBytes(inner: string): Uint8Array | undefined {
  if (!inner.includes('\\')) return utf8.encode(inner);
  const bytes = new Uint8Array(inner.length * 3);
  let length = 0;
  const append = (part: string): void => {
    length += utf8.encodeInto(part, bytes.subarray(length)).written;
  };
  let end = 0;
  for (const { 0: escape, 1: unicode, 2: hex, 3: letter, index } of inner.matchAll(ESCAPE)) {
    if (index > end) append(inner.slice(end, index));
    end = index + escape.length;
    const character = unicode === undefined ? undefined : scalarValue(unicode);
    if (character !== undefined) append(character);
    else if (hex !== undefined) bytes[length++] = parseInt(hex, 16);
    else if (letter !== undefined) bytes[length++] = ESCAPED[letter]!;
    else return undefined;
  }
  append(inner.slice(end));
  return bytes.slice(0, length);
}

/** The character of a `\u{...}` escape, or undefined for surrogates and what is beyond Unicode. */
function scalarValue(digits: string): string | undefined {
  const code = Number(`0x${digits.replaceAll('_', '')}`);
  return code < 0xd800 || (code >= 0xe000 && code < 0x11_0000) ? String.fromCodePoint(code) : undefined;
}

/** Drops `(@name ...)` (spec: Text Format / Lexical Format / Annotations). */
function withoutAnnotations(tokens: Token[], text: string): Token[] {
  if (!tokens.some((token) => token.text.startsWith('@'))) return tokens;
  const kept: Token[] = [];
  let depth = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const opens = token.kind === '(';
    if (depth === 0 && opens && isAnnotation(token, tokens[i + 1]!)) depth = 1;
    else if (depth > 0 && token.kind === 'end') throw new ParseError('unclosed annotation', lineOf(text, token.offset));
    else if (depth > 0) depth += opens ? 1 : token.kind === ')' ? -1 : 0;
    else kept.push(token);
  }
  return kept;
}
function isAnnotation(open: Token, next: Token): boolean {
  return next.kind === 'word' && next.text.length > 1 && next.text[0] === '@' && next.offset === open.offset + 1;
}
