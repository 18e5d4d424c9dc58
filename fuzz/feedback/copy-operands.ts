/**
 * By which ways the two arrays of each `array.copy` in an expression get to the operand stack, found by validating it once
 * more: what an instruction does not leave as it was, it has pushed.
 */
import type { CompiledFunction } from '#runtime/compile/compiled.ts';
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { FunctionValidator } from '#wasm/valid/function-validator.ts';
import type { ModuleContext } from '#wasm/valid/module-context.ts';

/** Places of the instructions in the expression that pushed the arrays; -1 for parameters of blocks whose origin is lost. */
export interface CopyOperands {
  readonly target: number;
  readonly source: number;
}

/** How far below the top the arrays lie: target, offset, source, offset, length. */
const TARGET = 5;
const SOURCE = 3;

/** @returns by the copy's place in the expression; functions only, since no constant expression copies */
export function copyOperandsOf({ role, expr }: CompiledFunction, context: ModuleContext): ReadonlyMap<number, CopyOperands> {
  const found = new Map<number, CopyOperands>();
  if (role.kind !== 'function' || !expr.some(({ op }) => op === Op['array.copy'])) return found;
  const validator = new FunctionValidator(context);
  validator.beginFunction(role.index, context.module.functions[role.index - context.imported.func]!);
  const pushedBy: number[] = [];
  expr.forEach((instruction, index) => {
    if (instruction.op === Op['array.copy']) found.set(index, { target: pushedBy.at(-TARGET) ?? -1, source: pushedBy.at(-SOURCE) ?? -1 });
    validator.step(instruction);
    const { operands, untouched } = validator;
    // What a block results in has been pushed inside it.
    if (instruction.op !== Op.end) pushedBy.length = Math.min(pushedBy.length, untouched);
    pushedBy.length = Math.min(pushedBy.length, operands.length);
    while (pushedBy.length < operands.length) pushedBy.push(index);
  });
  return found;
}

/** Ways by which both arrays of a copy turn out to be the same one. */
export const ALIAS_WAYS = ['one local', 'two locals', 'one global', 'two globals', 'local and global', 'a field', 'an element', 'a cast', 'a call'] as const;
export type AliasWay = (typeof ALIAS_WAYS)[number];

function wayOf(instruction: Instruction | undefined): AliasWay | undefined {
  switch (instruction?.op) {
    case Op['struct.get']:
      return 'a field';
    case Op['array.get']:
      return 'an element';
    case Op['ref.cast']:
    case Op['ref.cast null']:
      return 'a cast';
    case Op.call:
      return 'a call';
    default:
      return undefined;
  }
}
function variableOf(instruction: Instruction | undefined): { readonly space: 'local' | 'global'; readonly index: number } | undefined {
  if (instruction?.op === Op['local.get'] || instruction?.op === Op['local.tee']) return { space: 'local', index: instruction.local };
  return instruction?.op === Op['global.get'] ? { space: 'global', index: instruction.global } : undefined;
}

export function aliasWays(expr: Expr, { target, source }: CopyOperands): readonly AliasWay[] {
  const [a, b] = [variableOf(expr[target]), variableOf(expr[source])];
  if (a !== undefined && b !== undefined) {
    if (a.space !== b.space) return ['local and global'];
    return [a.index === b.index ? `one ${a.space}` : `two ${a.space}s`];
  }
  return [wayOf(expr[target]), wayOf(expr[source])].filter((way) => way !== undefined);
}
