/** Blocks of an expression: where they end, and what is left of them without what makes them blocks. */
import type { BlockType, Catch, Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { mapInstruction } from '#wasm/syntax/map-indices.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { FuncType } from '#wasm/syntax/types.ts';
import { funcType } from './types.ts';

export type Block = Extract<Instruction, { readonly blockType: BlockType }>;

export function opensBlock(instruction: Instruction): instruction is Block {
  return 'blockType' in instruction;
}

/** Positions of the `else`, if any, and the `end` of the block opened at `start`. */
export function bounds(expr: Expr, start: number): { readonly middle: number | undefined; readonly end: number } {
  let middle: number | undefined;
  let depth = 0;
  for (let at = start + 1; at < expr.length; at++) {
    const { op } = expr[at]!;
    if (opensBlock(expr[at]!)) depth++;
    else if (op === Op.else && depth === 0) middle = at;
    else if (op === Op.end && depth-- === 0) return { middle, end: at };
  }
  return { middle, end: expr.length };
}

/** Where the blocks are opened in which the instruction at `at` stands, the outermost first. */
export function blocksAround(expr: Expr, at: number): readonly number[] {
  return [...expr.keys()].slice(0, at).filter((start) => opensBlock(expr[start]!) && bounds(expr, start).end > at);
}

/** Where the block ends, or its first branch, in which the instruction at `at` stands. */
export function endAround(expr: Expr, at: number): number {
  for (let end = at + 1; end < expr.length; end++) {
    const instruction = expr[end]!;
    if (opensBlock(instruction)) end = bounds(expr, end).end;
    else if (instruction.op === Op.end || instruction.op === Op.else) return end;
  }
  return expr.length;
}

const DROP: Instruction = { op: Op.drop };

/** Goes on where a branch would have left: undefined for branches that decide in other ways than by an integer. */
function straight({ op }: Instruction): Expr | undefined {
  if (op === Op.br) return [];
  return op === Op.br_if ? [DROP] : undefined;
}

/** Without the clauses that lead out of the block with this label. */
function withoutCatches(instruction: Instruction, label: number): Instruction {
  return 'catches' in instruction ? { ...instruction, catches: instruction.catches.filter((clause) => clause.label !== label) } : instruction;
}

/** The instructions with labels as they are without the block around, and without branches to it; undefined when something needs that block. */
export function lowered(expr: Expr): Expr | undefined {
  let depth = 0;
  const result: Instruction[] = [];
  for (const original of expr) {
    const instruction = withoutCatches(original, depth);
    let namesBlock = false;
    const label = (index: number): number => {
      if (index === depth) namesBlock = true;
      return index > depth ? index - 1 : index;
    };
    const mapped = mapInstruction(instruction, { label });
    const kept = namesBlock ? straight(instruction) : [mapped];
    if (kept === undefined) return undefined;
    result.push(...kept);
    if (opensBlock(instruction)) depth++;
    else if (instruction.op === Op.end) depth--;
  }
  return result;
}

/** The instructions with labels as they are without the block around: what branched to that block branches to the one around it. */
export function loweredOutwards(expr: Expr): Expr {
  let depth = 0;
  return expr.map((instruction) => {
    const mapped = mapInstruction(instruction, { label: (index) => (index > depth ? index - 1 : index) });
    if (opensBlock(instruction)) depth++;
    else if (instruction.op === Op.end) depth--;
    return mapped;
  });
}

/** The block at the end of the block, which may be what gives the results; -1 when there is none. */
export function lastInside(expr: Expr, start: number, end: number): number {
  return expr.findIndex((instruction, at) => at > start && at < end && opensBlock(instruction) && bounds(expr, at).end === end - 1);
}

/** How a handler is to be. */
export type ChangeCatch = (clause: Catch) => Catch;

/** Handlers that lead to the block at `start`, changed. */
export function withCatches(expr: Expr, start: number, end: number, change: ChangeCatch): Expr {
  let depth = 0;
  return expr.map((instruction, at) => {
    if (at <= start || at >= end) return instruction;
    const plain = (clause: Catch): Catch => (clause.label === depth ? change(clause) : clause);
    const changed = 'catches' in instruction ? { ...instruction, catches: instruction.catches.map(plain) } : instruction;
    if (opensBlock(instruction)) depth++;
    else if (instruction.op === Op.end) depth--;
    return changed;
  });
}

/** What a block takes and gives; undefined when its type is none of the module's. */
export function blockFuncType(module: Module, type: BlockType): Pick<FuncType, 'params' | 'results'> | undefined {
  switch (type.kind) {
    case 'empty':
      return { params: [], results: [] };
    case 'value':
      return { params: [], results: [type.type] };
    case 'type':
      return funcType(module, type.index);
  }
}

/** The block type that gives these, and the module with the type it may need. */
export function blockTypeFor(module: Module, results: FuncType['results'], params: FuncType['params'] = []): { readonly module: Module; readonly blockType: BlockType } {
  const [type] = results;
  if (params.length === 0 && type === undefined) return { module, blockType: { kind: 'empty' } };
  if (params.length === 0 && results.length === 1) return { module, blockType: { kind: 'value', type: type! } };
  const composite: FuncType = { kind: 'func', params, results };
  const recGroups = [...module.recGroups, [{ final: true, supertypes: [], composite }]];
  return { module: { ...module, recGroups }, blockType: { kind: 'type', index: typesOf(module).length } };
}

export function withBlockType(expr: Expr, at: number, blockType: BlockType): Expr {
  return expr.map((instruction, i) => (i === at ? ({ ...instruction, blockType } as Instruction) : instruction));
}

type Code = { readonly module: Module; readonly expr: Expr };

/**
 * Gives blocks other results.
 * @param starts where they are opened
 * @param change undefined for results that cannot be changed
 * @returns undefined when one cannot be changed, or takes operands
 */
export function withBlockResults({ module, expr }: Code, starts: readonly number[], change: (results: FuncType['results']) => FuncType['results'] | undefined): Code | undefined {
  let changed = { module, expr };
  for (const start of starts) {
    const block = expr[start] as Block;
    const old = blockFuncType(module, block.blockType);
    const results = old?.params.length === 0 ? change(old.results) : undefined;
    if (results === undefined) return undefined;
    const typed = blockTypeFor(changed.module, results);
    changed = { module: typed.module, expr: changed.expr.with(start, { ...block, blockType: typed.blockType }) };
  }
  return changed;
}
