import { describe, expect, it } from 'vitest';
import { OPCODE_LIMIT, immediateKinds, instructionName } from './instructions.ts';
import { newInstruction } from './new-instruction.ts';

const VALUES = { blockType: { kind: 'empty' }, catches: [], label: 1, labels: [0], func: 2, type: 3, sourceType: 4, field: 5, length: 6, table: 7 };
const MORE = { sourceTable: 8, local: 9, global: 10, memory: 11, sourceMemory: 12, data: 13, elem: 14, tag: 15, types: [], align: 16, offset: 17 };
const REST = { lane: 18, heapType: 19, from: 20, to: 21, value: 22, bits: 23 };
const ALL = { ...VALUES, ...MORE, ...REST };

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  memArg: ['align', 'offset', 'memory'],
  cast: ['from', 'to'],
  i32: ['value'],
  i64: ['value'],
  f32: ['bits'],
  f64: ['bits'],
  v128: ['bits'],
};

const OPCODES = Array.from({ length: OPCODE_LIMIT }, (_, op) => op).filter((op) => instructionName(op) !== undefined);

describe('newInstruction', () => {
  it('takes the immediates that the instruction table names for each opcode, and no others', () => {
    for (const op of OPCODES) {
      const names = immediateKinds(op)!.flatMap((kind) => FIELDS[kind] ?? [kind]);
      const expected = Object.fromEntries(names.map((name) => [name, ALL[name as keyof typeof ALL]]));
      expect(newInstruction(op, ALL), instructionName(op)).toEqual({ op, ...expected });
    }
  });

  it('gives the same object for an opcode without immediates', () => {
    expect(newInstruction(0x00, {})).toBe(newInstruction(0x00, ALL));
  });
});
