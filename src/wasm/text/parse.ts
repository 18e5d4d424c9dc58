/**
 * Text to Module (spec: Text Format / Modules).
 *
 * Two passes over the fields: the first binds identifiers, which may be used before they are defined, and parses the
 * types; the second parses everything else. What the text format leaves out (implicit types, inline imports,
 * exports and segments, indices) is filled in as the specification's abbreviations say. Nothing is validated, and no step
 * recurses, so nesting is bounded by memory only.
 */
import { decode } from '../binary/decode.ts';
import { encode } from '../binary/encode.ts';
import { DecodeError, ParseError } from '../errors.ts';
import type { Module } from '../syntax/module.ts';
import type { RecGroup, SubType } from '../syntax/types.ts';
import { FieldParser } from './parse-fields.ts';
import { parseSubType } from './parse-types.ts';
import { ModuleScope } from './scope.ts';
import { TokenStream } from './token-stream.ts';

/**
 * Parses `(module ...)`, or the fields of a module without it. Annotations, custom sections among them, are dropped.
 * @throws {ParseError} with the line; on any text that is not a module within the supported features and limits
 */
export function parse(text: string): Module {
  try {
    // Through the binary format, so that a parsed module is in every respect what a decoded one is.
    return decode(encode(parseModule(new TokenStream(text))));
  } catch (error) {
    if (error instanceof DecodeError) throw new ParseError(error.message);
    throw error;
  }
}

function parseModule(tokens: TokenStream): Module {
  const wrapped = tokens.takeForm('module');
  if (wrapped) tokens.takeId();
  const start = tokens.position;
  const scope = new ModuleScope();
  const recGroups = bindFields(tokens, scope);
  tokens.position = start;
  const fields = new FieldParser(tokens, scope);
  while (tokens.peek().kind === '(') fields.parseField();
  if (wrapped) tokens.close();
  if (tokens.peek().kind !== 'end') tokens.unexpected();
  const implicit = scope.implicitTypes.map((type): RecGroup => [type]);
  return { ...fields.finish(), recGroups: [...recGroups, ...implicit] };
}

/** The first pass: binds the identifiers of all fields and parses the types, once all of these are bound. */
function bindFields(tokens: TokenStream, scope: ModuleScope): RecGroup[] {
  const typeFields: number[] = [];
  while (tokens.peek().kind === '(') {
    const start = tokens.position;
    tokens.open();
    const word = tokens.word();
    if (word === 'type' || word === 'rec') typeFields.push(start);
    bindField(word, tokens, scope);
    tokens.position = start;
    skipForm(tokens, word, scope);
  }
  let typeIndex = 0;
  return typeFields.map((position) => {
    tokens.position = position;
    const group = parseTypeField(tokens, scope, typeIndex);
    typeIndex += group.length;
    for (const type of group) scope.addType(type, group.length === 1);
    return group;
  });
}

function bindField(word: string, tokens: TokenStream, scope: ModuleScope): void {
  switch (word) {
    case 'type':
      scope.types.define(tokens);
      return;
    case 'rec':
      // The types are bound while their group is skipped.
      return;
    case 'import':
      tokens.name();
      tokens.name();
      tokens.open();
      bindField(tokens.word(), tokens, scope);
      return;
    case 'func':
    case 'table':
    case 'memory':
    case 'global':
    case 'tag':
    case 'elem':
    case 'data':
      scope[word].define(tokens);
      return;
  }
}

/** Skips a field; binds what stands inside it: the types of a group, the segment of a table or memory. */
function skipForm(tokens: TokenStream, word: string, scope: ModuleScope): void {
  let depth = 0;
  do {
    if (depth === 1) bindInner(tokens, word, scope);
    const { kind } = tokens.next();
    if (kind === '(') depth++;
    else if (kind === ')') depth--;
    else if (kind === 'end') tokens.fail('unclosed parenthesis');
  } while (depth > 0);
}

function bindInner(tokens: TokenStream, word: string, scope: ModuleScope): void {
  if (word === 'table' && tokens.isForm('elem')) scope.elem.size++;
  if (word === 'memory' && tokens.isForm('data')) scope.data.size++;
  if (word === 'rec' && tokens.isForm('type')) {
    const start = tokens.position;
    tokens.position += 2;
    scope.types.define(tokens);
    tokens.position = start;
  }
}

function parseTypeField(tokens: TokenStream, scope: ModuleScope, firstIndex: number): SubType[] {
  if (!tokens.takeForm('rec')) return [parseTypeDefinition(tokens, scope, firstIndex)];
  const group: SubType[] = [];
  while (!tokens.takeClose()) group.push(parseTypeDefinition(tokens, scope, firstIndex + group.length));
  return group;
}

function parseTypeDefinition(tokens: TokenStream, scope: ModuleScope, index: number): SubType {
  tokens.expectForm('type');
  tokens.takeId();
  const type = parseSubType(tokens, scope, index);
  tokens.close();
  return type;
}
