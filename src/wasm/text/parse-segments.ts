/** Element and data segments (spec: Text Format / Modules / Element Segments, Data Segments). */
import type { Expr } from '../syntax/instructions.ts';
import { Op } from '../syntax/instructions.ts';
import type { DataSegment, ElementMode, ElementSegment } from '../syntax/module.ts';
import type { ValType } from '../syntax/types.ts';
import { HeapType, refType } from '../syntax/types.ts';
import { parseExpr, parseFolded } from './parse-code.ts';
import { isRefTypeNext, parseRefType } from './parse-types.ts';
import type { ModuleScope } from './scope.ts';
import type { TokenStream } from './token-stream.ts';

const FUNCTIONS = refType(HeapType.func, false);
/** Where inline segments begin. */
export const ZERO_OFFSET: Expr = [{ op: Op['i32.const'], value: 0 }];

/** The rest of `(elem ...`. */
export function parseElementSegment(tokens: TokenStream, scope: ModuleScope): ElementSegment {
  tokens.takeId();
  if (tokens.takeWord('declare')) return parseElementList(tokens, scope, { kind: 'declarative' }, false);
  const table = parseTarget('table', tokens, scope);
  const active = table !== undefined || (tokens.peek().kind === '(' && !isRefTypeNext(tokens));
  if (!active) return parseElementList(tokens, scope, { kind: 'passive' }, false);
  const mode: ElementMode = { kind: 'active', table: table ?? 0, offset: parseOffset(tokens, scope) };
  return parseElementList(tokens, scope, mode, table === undefined);
}

/** The rest of the `(elem ...` inside a table definition. */
export function parseInlineElements(
  tokens: TokenStream,
  scope: ModuleScope,
  type: ValType,
  table: number,
): ElementSegment {
  const mode: ElementMode = { kind: 'active', table, offset: ZERO_OFFSET };
  return tokens.peek().kind === '(' ? parseItems(tokens, scope, type, mode) : parseFunctions(tokens, scope, mode);
}

/** The rest of `(data ...`. */
export function parseDataSegment(tokens: TokenStream, scope: ModuleScope): DataSegment {
  tokens.takeId();
  const memory = parseTarget('memory', tokens, scope);
  const active = memory !== undefined || tokens.peek().kind === '(';
  const mode: DataSegment['mode'] = active
    ? { kind: 'active', memory: memory ?? 0, offset: parseOffset(tokens, scope) }
    : { kind: 'passive' };
  return { bytes: tokens.strings(), mode };
}

/** `(table x)` or `(memory x)`; an index alone is the older form of it. */
function parseTarget(kind: 'table' | 'memory', tokens: TokenStream, scope: ModuleScope): number | undefined {
  const space = scope[kind];
  if (tokens.takeForm(kind)) {
    const index = space.index(tokens);
    tokens.close();
    return index;
  }
  return space.isNext(tokens) && tokens.peek(1).kind === '(' ? space.index(tokens) : undefined;
}

/** `(offset expr)`, or one folded instruction. */
function parseOffset(tokens: TokenStream, scope: ModuleScope): Expr {
  if (!tokens.takeForm('offset')) return parseFolded(tokens, scope);
  const offset = parseExpr(tokens, scope);
  tokens.close();
  return offset;
}

/** @param bare whether function indices may stand without `func` in front */
function parseElementList(tokens: TokenStream, scope: ModuleScope, mode: ElementMode, bare: boolean): ElementSegment {
  if (isRefTypeNext(tokens)) return parseItems(tokens, scope, parseRefType(tokens, scope), mode);
  if (!tokens.takeWord('func') && !bare) tokens.unexpected();
  return parseFunctions(tokens, scope, mode);
}

function parseItems(tokens: TokenStream, scope: ModuleScope, type: ValType, mode: ElementMode): ElementSegment {
  const items: Expr[] = [];
  while (tokens.peek().kind === '(') {
    if (tokens.takeForm('item')) {
      items.push(parseExpr(tokens, scope));
      tokens.close();
    } else {
      items.push(parseFolded(tokens, scope));
    }
  }
  return { type, items, mode };
}

function parseFunctions(tokens: TokenStream, scope: ModuleScope, mode: ElementMode): ElementSegment {
  const items: Expr[] = [];
  while (scope.func.isNext(tokens)) items.push([{ op: Op['ref.func'], func: scope.func.index(tokens) }]);
  return { type: FUNCTIONS, items, mode };
}
