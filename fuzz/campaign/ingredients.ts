/**
 * What a module must have for a known bug to show. Wrong results of an engine look alike, whatever leads to them: without these, what is known
 * would hide what is not.
 */
import type { BlockType, InstructionName } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Func, Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { FuncType, ValType } from '#wasm/syntax/types.ts';
import { isRefType } from '#wasm/syntax/types.ts';

const CONSTRUCTS = {
  /** A declarative element segment. */
  'elem declare': ({ elements }: Module): boolean => elements.some(({ mode }) => mode.kind === 'declarative'),
  /** A `br_if` that carries several references. */
  'br_if of references': (module: Module): boolean => module.functions.some((func) => hasBranchOfReferences(module, func)),
  /** An `array.copy` in a function that has constants which are large when they are read without sign: one may be its index or length. */
  'array.copy beside a negative constant': ({ functions }: Module): boolean =>
    functions.some(({ body }) => body.some(({ op }) => op === Op['array.copy']) && body.some((one) => one.op === Op['i32.const'] && one.value < 0)),
} as const;

type ConstructName = keyof typeof CONSTRUCTS;
export const CONSTRUCT_NAMES = Object.keys(CONSTRUCTS) as readonly ConstructName[];

/** An instruction, by name, or one of the constructs. */
export type Ingredient = InstructionName | ConstructName;
export const INGREDIENTS: readonly Ingredient[] = [...(Object.keys(Op) as InstructionName[]), ...CONSTRUCT_NAMES];

export function hasIngredient(module: Module, ingredient: Ingredient): boolean {
  if (ingredient in CONSTRUCTS) return CONSTRUCTS[ingredient as ConstructName](module);
  const wanted = Op[ingredient as InstructionName];
  return module.functions.some(({ body }) => body.some(({ op }) => op === wanted));
}

function hasBranchOfReferences(module: Module, { typeIndex, body }: Func): boolean {
  const types = typesOf(module);
  const signature = (index: number): FuncType => types[index]!.composite as FuncType;
  /** What a branch to the label of a block carries. */
  const carried = (op: number, type: BlockType): readonly ValType[] => {
    if (type.kind === 'type') return signature(type.index)[op === Op.loop ? 'params' : 'results'];
    return type.kind === 'value' && op !== Op.loop ? [type.type] : [];
  };
  const labels = [signature(typeIndex).results];
  for (const instruction of body) {
    if ('blockType' in instruction) labels.push(carried(instruction.op, instruction.blockType));
    else if (instruction.op === Op.end) labels.pop();
    else if (instruction.op === Op.br_if && labels.at(-1 - instruction.label)!.filter(isRefType).length > 1) return true;
  }
  return false;
}
