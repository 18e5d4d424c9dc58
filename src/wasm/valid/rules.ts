/**
 * The validation rule of each opcode: a table of the rule families by range.
 */
import type { Instruction } from '../syntax/instructions.ts';
import { OPCODE_LIMIT } from '../syntax/instructions.ts';
import { aggregateRule } from './aggregate-rules.ts';
import { controlRule } from './control-rules.ts';
import { memoryRule } from './memory-rules.ts';
import { numericRule } from './numeric-rules.ts';
import { referenceRule } from './reference-rules.ts';
import { storageRule } from './storage-rules.ts';
import type { TypingState } from './typing-state.ts';

/** Checks an instruction against the state and updates the state. @throws ValidationError */
export type Rule = (state: TypingState, instruction: Instruction) => void;

function unknownRule(state: TypingState, instruction: Instruction): void {
  throw state.error(`unknown instruction 0x${instruction.op.toString(16)}`);
}

const rules: Rule[] = new Array(OPCODE_LIMIT).fill(unknownRule);
function assign(rule: Rule, ...ranges: readonly (readonly [first: number, last: number])[]): void {
  for (const [first, last] of ranges) rules.fill(rule, first, last + 1);
}
assign(controlRule, [0x00, 0x1f], [0xd5, 0xd6], [0x118, 0x119]);
assign(storageRule, [0x20, 0x26], [0x3f, 0x40], [0x208, 0x211]);
assign(memoryRule, [0x28, 0x3e], [0x300, 0x30b], [0x354, 0x35d]);
assign(numericRule, [0x41, 0xc4], [0x200, 0x207], [0x30c, 0x30c]);
assign(referenceRule, [0xd0, 0xd4], [0x114, 0x117], [0x11a, 0x11e]);
assign(aggregateRule, [0x100, 0x113]);

export function ruleOf(opcode: number): Rule {
  return rules[opcode] ?? unknownRule;
}
