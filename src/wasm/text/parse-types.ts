/** Types and type uses (spec: Text Format / Types, Modules / Type Uses). */
import type {
  CompositeType,
  FieldType,
  GlobalType,
  Limits,
  StorageType,
  SubType,
  TableType,
  ValType as ValTypeT,
} from '../syntax/types.ts';
import { HeapType, PackedType, ValType, concrete, refType } from '../syntax/types.ts';
import { MAX_TYPE_INDEX } from '../binary/limits.ts';
import { IndexSpace } from './scope.ts';
import type { ModuleScope } from './scope.ts';
import type { TokenStream } from './token-stream.ts';

const heapTypes = new Map<string, HeapType>(Object.entries(HeapType));
const valTypes = new Map<string, ValTypeT>(Object.entries(ValType));
const packedTypes = new Map<string, PackedType>(Object.entries(PackedType));

export function parseHeapType(tokens: TokenStream, scope: ModuleScope): HeapType {
  const token = tokens.peek();
  const abstract = token.kind === 'word' ? heapTypes.get(token.text) : undefined;
  if (abstract !== undefined) {
    tokens.next();
    return abstract;
  }
  const index = scope.types.index(tokens);
  return index <= MAX_TYPE_INDEX ? concrete(index) : tokens.fail(`type index ${index} beyond the limit`, token);
}

export function parseValType(tokens: TokenStream, scope: ModuleScope): ValTypeT {
  if (tokens.takeForm('ref')) {
    const nullable = tokens.takeWord('null');
    const type = refType(parseHeapType(tokens, scope), nullable);
    tokens.close();
    return type;
  }
  const token = tokens.peek();
  const type = token.kind === 'word' ? valTypes.get(token.text) : undefined;
  if (type === undefined) return tokens.unexpected();
  tokens.next();
  return type;
}

/** Whether a reference type comes next. */
export function isRefTypeNext(tokens: TokenStream): boolean {
  const token = tokens.peek();
  if (token.kind !== 'word') return tokens.isForm('ref');
  const type = valTypes.get(token.text);
  return type !== undefined && type >= 0;
}
export function parseRefType(tokens: TokenStream, scope: ModuleScope): ValTypeT {
  return isRefTypeNext(tokens) ? parseValType(tokens, scope) : tokens.unexpected();
}

function parseStorageType(tokens: TokenStream, scope: ModuleScope): StorageType {
  const token = tokens.peek();
  const packed = token.kind === 'word' ? packedTypes.get(token.text) : undefined;
  if (packed === undefined) return parseValType(tokens, scope);
  tokens.next();
  return packed;
}

function parseFieldType(tokens: TokenStream, scope: ModuleScope): FieldType {
  if (!tokens.takeForm('mut')) return { storage: parseStorageType(tokens, scope), mutable: false };
  const storage = parseStorageType(tokens, scope);
  tokens.close();
  return { storage, mutable: true };
}

/** `(word type*)*`: identifiers are bound in `names`, and forbidden without it. */
export function parseTypeLists(
  word: 'param' | 'result' | 'local',
  tokens: TokenStream,
  scope: ModuleScope,
  names?: IndexSpace,
): ValTypeT[] {
  const types: ValTypeT[] = [];
  while (tokens.takeForm(word)) {
    if (names !== undefined && tokens.peek().kind === 'id') {
      names.define(tokens);
      types.push(parseValType(tokens, scope));
      tokens.close();
      continue;
    }
    while (!tokens.takeClose()) {
      types.push(parseValType(tokens, scope));
      if (names !== undefined) names.size++;
    }
  }
  return types;
}

function parseCompositeType(tokens: TokenStream, scope: ModuleScope, typeIndex: number): CompositeType {
  if (tokens.takeForm('func')) {
    const params = parseTypeLists('param', tokens, scope, new IndexSpace('parameter'));
    const results = parseTypeLists('result', tokens, scope);
    tokens.close();
    return { kind: 'func', params, results };
  }
  if (tokens.takeForm('struct')) {
    const names = (scope.fields[typeIndex] = new IndexSpace('field'));
    return { kind: 'struct', fields: parseFields(tokens, scope, names) };
  }
  tokens.expectForm('array');
  const element = parseFieldType(tokens, scope);
  tokens.close();
  return { kind: 'array', element };
}

function parseFields(tokens: TokenStream, scope: ModuleScope, names: IndexSpace): FieldType[] {
  const fields: FieldType[] = [];
  while (!tokens.takeClose()) {
    tokens.expectForm('field');
    if (tokens.peek().kind === 'id') {
      names.define(tokens);
      fields.push(parseFieldType(tokens, scope));
      tokens.close();
      continue;
    }
    while (!tokens.takeClose()) {
      fields.push(parseFieldType(tokens, scope));
      names.size++;
    }
  }
  return fields;
}

export function parseSubType(tokens: TokenStream, scope: ModuleScope, typeIndex: number): SubType {
  if (!tokens.takeForm('sub')) {
    return { final: true, supertypes: [], composite: parseCompositeType(tokens, scope, typeIndex) };
  }
  const final = tokens.takeWord('final');
  const supertypes: number[] = [];
  while (scope.types.isNext(tokens)) supertypes.push(scope.types.index(tokens));
  const composite = parseCompositeType(tokens, scope, typeIndex);
  tokens.close();
  return { final, supertypes, composite };
}

export interface TypeUse {
  readonly typeIndex: number | undefined;
  readonly params: readonly ValTypeT[];
  readonly results: readonly ValTypeT[];
}

/**
 * `(type x)? (param t*)* (result t*)*`. When both are there, they must agree.
 * @param names where the identifiers of parameters are bound; forbidden when absent
 */
export function parseTypeUse(tokens: TokenStream, scope: ModuleScope, names?: IndexSpace): TypeUse {
  const start = tokens.peek();
  let typeIndex: number | undefined;
  if (tokens.takeForm('type')) {
    typeIndex = scope.types.index(tokens);
    tokens.close();
  }
  const inline = tokens.isForm('param') || tokens.isForm('result');
  const params = parseTypeLists('param', tokens, scope, names);
  const results = parseTypeLists('result', tokens, scope);
  if (typeIndex === undefined) return { typeIndex, params, results };
  const type = scope.funcType(typeIndex);
  if (!inline) {
    if (names !== undefined) names.size = type?.params.length ?? 0;
    return { typeIndex, params: type?.params ?? [], results: type?.results ?? [] };
  }
  const agree = type !== undefined && `${type.params}` === `${params}` && `${type.results}` === `${results}`;
  if (!agree) tokens.fail('inline function type does not match its type', start);
  return { typeIndex, params, results };
}

/** The type index of a type use, which may add a type to the module. */
export function parseTypeIndex(tokens: TokenStream, scope: ModuleScope, names?: IndexSpace): number {
  const { typeIndex, params, results } = parseTypeUse(tokens, scope, names);
  return typeIndex ?? scope.implicitType(params, results);
}

/** `i32` may be written; `i64` is not supported. */
function takeAddressType(tokens: TokenStream): void {
  if (tokens.isWord('i64')) tokens.fail('64-bit limits are not supported');
  tokens.takeWord('i32');
}

export function parseLimits(tokens: TokenStream): Limits {
  takeAddressType(tokens);
  const min = parseLimit(tokens);
  const max = /^\d/.test(tokens.peek().text) && tokens.peek().kind === 'word' ? parseLimit(tokens) : undefined;
  if (tokens.isWord('shared')) tokens.fail('shared memories are not supported');
  return { min, max };
}

function parseLimit(tokens: TokenStream): number {
  const token = tokens.peek();
  const limit = Number(tokens.unsigned());
  return Number.isSafeInteger(limit) ? limit : tokens.fail('limit beyond 2^53', token);
}

export function parseTableType(tokens: TokenStream, scope: ModuleScope): TableType {
  const limits = parseLimits(tokens);
  return { element: parseRefType(tokens, scope), limits };
}

export function parseGlobalType(tokens: TokenStream, scope: ModuleScope): GlobalType {
  if (!tokens.takeForm('mut')) return { type: parseValType(tokens, scope), mutable: false };
  const type = parseValType(tokens, scope);
  tokens.close();
  return { type, mutable: true };
}
