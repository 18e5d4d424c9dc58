/** Where the text of a function uses its locals, and its loops: what liveness is worked out from, rightly or wrongly. */
import { Op } from '#wasm/syntax/instructions.ts';
import { ValType } from '#wasm/syntax/types.ts';
import { FunctionValidator } from '#wasm/valid/function-validator.ts';
import type { CompiledFunction } from '#runtime/compile/compiled.ts';
import type { WasmFunction } from '#runtime/function.ts';

export interface LocalUse {
  /** Index of the instruction. */
  readonly at: number;
  readonly local: number;
  readonly kind: 'read' | 'write';
}

export interface Loop {
  /** Indices of `loop` and its `end`. */
  readonly start: number;
  readonly end: number;
}

export interface LocalUses {
  /** In the order of the text. */
  readonly uses: readonly LocalUse[];
  /** Inner ones come before those around them. */
  readonly loops: readonly Loop[];
  /** By local: words from the frame pointer. */
  readonly locations: readonly number[];
}

const known = new WeakMap<CompiledFunction, LocalUses>();

export function localUses(fn: WasmFunction): LocalUses {
  let uses = known.get(fn.code);
  if (uses === undefined) known.set(fn.code, (uses = findUses(fn)));
  return uses;
}

function findUses(fn: WasmFunction): LocalUses {
  const uses: LocalUse[] = [];
  const loops: Loop[] = [];
  /** Where the open blocks start; -1 for what is no loop. */
  const open: number[] = [];
  fn.code.expr.forEach((instruction, at) => {
    switch (instruction.op) {
      case Op['local.get']:
        uses.push({ at, local: instruction.local, kind: 'read' });
        break;
      case Op['local.set']:
      case Op['local.tee']:
        uses.push({ at, local: instruction.local, kind: 'write' });
        break;
      case Op.loop:
        open.push(at);
        break;
      case Op.block:
      case Op.if:
      case Op.try_table:
        open.push(-1);
        break;
      case Op.end: {
        const start = open.pop()!;
        if (start >= 0) loops.push({ start, end: at });
      }
    }
  });
  return { uses, loops, locations: locationsOf(fn) };
}

function locationsOf({ code: { role }, instance }: WasmFunction): number[] {
  if (role.kind !== 'function') return [];
  const { context } = instance.compiled;
  const validator = new FunctionValidator(context);
  validator.beginFunction(role.index, context.module.functions[role.index - context.imported.func]!);
  let word = 0;
  return validator.locals.map((type) => {
    const at = word;
    word += type === ValType.v128 ? 4 : 2;
    return at;
  });
}

/** The uses within a loop. */
export function usesIn({ start, end }: Loop, { uses }: LocalUses): readonly LocalUse[] {
  return uses.filter(({ at }) => at > start && at < end);
}
