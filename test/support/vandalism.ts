/** Edits of Programs that respect nothing, for tests of what repairs them. */
import type { Random } from '#fuzz/generators/random.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Instruction, InstructionName } from '#wasm/syntax/instructions.ts';
import { Op, immediateKinds, instructionTable } from '#wasm/syntax/instructions.ts';
import { HeapType, ValType, concrete, refType } from '#wasm/syntax/types.ts';

const NAMES = Object.keys(instructionTable) as InstructionName[];

/** A number in any of the ways in which numbers go wrong. */
function wrongNumber(random: Random): number {
  return random.pick([0, 1, 2, 3, random.int(0, 10), random.int(0, 1000), 0xffff_ffff]);
}

const ABSTRACT = Object.values(HeapType);
const NUMERIC = [ValType.i32, ValType.i64, ValType.f32, ValType.f64, ValType.v128];

function anyHeapType(random: Random): HeapType {
  return random.chance(0.5) ? random.pick(ABSTRACT) : concrete(random.int(0, 12));
}
function anyValType(random: Random): ValType {
  return random.chance(0.3) ? random.pick(NUMERIC) : refType(anyHeapType(random), random.chance(0.6));
}

/** Fields that hold a value type, or a list of them; `type` does so outside of instructions. */
const VALUE_TYPES: ReadonlySet<string> = new Set(['type', 'storage', 'element', 'locals', 'params', 'results', 'types', 'from', 'to']);

/**
 * Replaces some leaves of plain data: numbers by numbers, types by types, booleans by booleans; drops, repeats and swaps items
 * of lists.
 * @param key of the field that holds it
 */
function vandalise<T>(value: T, random: Random, probability: number, key = ''): T {
  if (Array.isArray(value)) return vandaliseList(value, random, probability, key) as T;
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    if ('op' in value) return vandaliseInstruction(value as unknown as Instruction, random, probability) as T;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, vandalise(item, random, probability, name)])) as T;
  }
  if (!random.chance(probability)) return value;
  if (typeof value === 'boolean') return !value as T;
  if (typeof value !== 'number') return value;
  if (VALUE_TYPES.has(key)) return anyValType(random) as number as T;
  return (key === 'heapType' ? anyHeapType(random) : wrongNumber(random)) as T;
}
function vandaliseList(list: readonly unknown[], random: Random, probability: number, key: string): unknown[] {
  const items = list.flatMap((item) => {
    if (!random.chance(probability)) return [vandalise(item, random, probability, key)];
    return random.pick([[], [item, item]]);
  });
  if (items.length > 1 && random.chance(probability)) {
    const [a, b] = [random.int(0, items.length - 1), random.int(0, items.length - 1)];
    [items[a], items[b]] = [items[b], items[a]];
  }
  return items;
}
function vandaliseInstruction(instruction: Instruction, random: Random, probability: number): Instruction {
  if (random.chance(probability)) return randomInstruction(random);
  const changed = Object.entries(instruction).map(([name, value]) => {
    if (name === 'op') return [name, value];
    return [name, vandalise(value as unknown, random, probability / 2, name === 'type' ? 'index' : name)];
  });
  return Object.fromEntries(changed) as Instruction;
}

/** Any instruction with any immediates. */
export function randomInstruction(random: Random): Instruction {
  const name = random.pick(NAMES);
  const label = (): number => random.int(0, 5);
  const parts = immediateKinds(Op[name])!.map((kind): object => {
    switch (kind) {
      case 'blockType':
        return { blockType: random.pick([{ kind: 'empty' }, { kind: 'value', type: anyValType(random) }, { kind: 'type', index: wrongNumber(random) }]) };
      case 'catches':
        return { catches: random.pick([[], [{ kind: 'catch_all', label: label() }], [{ kind: 'catch', tag: wrongNumber(random), label: label() }, { kind: 'catch_all_ref', label: label() }]]) };
      case 'labels':
        return { labels: [label(), label(), label()] };
      case 'types':
        return { types: [anyValType(random)] };
      case 'memArg':
        return { align: random.int(0, 5), offset: random.int(0, 9), memory: wrongNumber(random) };
      case 'heapType':
        return { heapType: anyHeapType(random) };
      case 'cast':
        return { from: refType(anyHeapType(random), true), to: refType(anyHeapType(random), random.chance(0.5)) };
      case 'i32':
        return { value: random.bits() };
      case 'i64':
        return { value: BigInt(random.bits()) };
      case 'f32':
        return { bits: random.int(0, 9) };
      case 'f64':
      case 'v128':
        return { bits: BigInt(random.int(0, 9)) };
      default:
        return { [kind]: wrongNumber(random) };
    }
  });
  return Object.assign({ op: Op[name] }, ...parts) as Instruction;
}

/** @param probability for each piece of the Program */
export function vandalised(program: Program, random: Random, probability: number): Program {
  return vandalise(program, random, probability);
}
