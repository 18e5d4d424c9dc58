/** Brings constants nearer to zero. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Reducer } from '../gate.ts';
import { descend } from '../numbers.ts';
import { forEachSite } from '../sites.ts';

/** Beyond these, halving would take long and say little. */
const EXACT = BigInt(Number.MAX_SAFE_INTEGER);

function withInstruction(expr: Expr, at: number, instruction: Instruction): Expr {
  return expr.map((old, i) => (i === at ? instruction : old));
}

function simplify(instruction: Instruction, attempt: (simpler: Instruction) => boolean): void {
  switch (instruction.op) {
    case Op['i32.const']:
      return descend(instruction.value, (value) => attempt({ ...instruction, value }));
    case Op['i64.const']: {
      const { value } = instruction;
      if (value > EXACT || value < -EXACT) return void attempt({ ...instruction, value: 0n });
      return descend(Number(value), (other) => attempt({ ...instruction, value: BigInt(other) }));
    }
    case Op['f32.const']:
      return void (instruction.bits !== 0 && attempt({ ...instruction, bits: 0 }));
    case Op['f64.const']:
    case Op['v128.const']:
      return void (instruction.bits !== 0n && attempt({ ...instruction, bits: 0n }));
  }
}

export const simplifyConstants: Reducer = {
  name: 'simplify-constants',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      for (let at = 0; at < current().expr.length; at++) {
        simplify(current().expr[at]!, (simpler) => attempt(withInstruction(current().expr, at, simpler)));
      }
    }),
};
