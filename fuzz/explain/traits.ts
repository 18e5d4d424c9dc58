/**
 * What the text of a function says of a reference that one of its frames holds: which instruction pushed it, or works on it, and what
 * is around. The engines that this project is after get stack maps wrong for reasons of this kind.
 */
import { instructionName } from '#wasm/syntax/instructions.ts';
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { FunctionValidator } from '#wasm/valid/function-validator.ts';
import type { FrameSlot } from '#runtime/audit/frame-types.ts';
import { beginExpression } from '#runtime/audit/frame-types.ts';
import type { CompiledFunction } from '#runtime/compile/compiled.ts';
import { instructionAt } from '#runtime/compile/compiled.ts';
import type { WasmFunction } from '#runtime/function.ts';

export interface Trait {
  /** The operation that gives references the trait. */
  readonly operation: string;
  /** `pushed by select`; the same for the same trait. */
  readonly text: string;
}

/** A frame that stands at an instruction. */
interface Stand {
  /** Of the instruction under way. */
  readonly operation: string;
  /** Operands from here on are what it works on. */
  readonly untouched: number;
  /** By operand: what pushed it. */
  readonly origins: readonly string[];
  /** Open blocks, innermost first. */
  readonly blocks: readonly string[];
}

/** @returns traits, the most telling first */
export function traitsOf(fn: WasmFunction, pc: number, { kind, index }: FrameSlot): readonly Trait[] {
  const { operation, untouched, origins, blocks } = standAt(fn, pc);
  const traits: Trait[] = [];
  if (fn.code.role.kind !== 'function') traits.push({ operation: 'constant expression', text: 'on stacks of constant expressions' });
  if (kind === 'operand' && index >= untouched) traits.push({ operation, text: `that ${operation} works on` });
  const origin = kind === 'operand' ? origins[index] : undefined;
  if (origin !== undefined) traits.push({ operation: origin, text: `pushed by ${origin}` });
  traits.push(...blocks.map((block) => ({ operation: block, text: `in frames that are within ${block}` })));
  return [...traits, { operation, text: `in frames at ${operation}` }];
}

const stands = new WeakMap<CompiledFunction, Map<number, Stand>>();

function standAt({ code, instance }: WasmFunction, pc: number): Stand {
  let byPc = stands.get(code);
  if (byPc === undefined) stands.set(code, (byPc = new Map()));
  let stand = byPc.get(pc);
  if (stand === undefined) byPc.set(pc, (stand = findStand(code, new FunctionValidator(instance.compiled.context), pc)));
  return stand;
}

function findStand(code: CompiledFunction, validator: FunctionValidator, pc: number): Stand {
  const origins: string[] = [];
  const blocks: string[] = [];
  const step = (instruction: Instruction): number => {
    validator.step(instruction);
    followBlocks(blocks, instruction);
    return validator.untouched;
  };
  beginExpression(validator, code);
  const atEntry = pc === code.entry;
  const index = atEntry ? 0 : instructionAt(code, pc);
  for (const instruction of code.expr.slice(0, index)) {
    origins.length = Math.min(origins.length, step(instruction));
    while (origins.length < validator.operands.length) origins.push(nameOf(instruction));
  }
  const next = code.expr[index];
  if (atEntry || next === undefined) return { operation: atEntry ? 'entry' : 'end', untouched: Infinity, origins, blocks: blocks.toReversed() };
  const around = blocks.toReversed();
  return { operation: nameOf(next), untouched: step(next), origins, blocks: around };
}

function nameOf({ op }: Instruction): string {
  return instructionName(op) ?? 'unknown';
}
function followBlocks(blocks: string[], instruction: Instruction): void {
  const name = nameOf(instruction);
  if (name === 'end' || name === 'else') blocks.pop();
  if (name === 'else' || 'blockType' in instruction) blocks.push(name);
}
