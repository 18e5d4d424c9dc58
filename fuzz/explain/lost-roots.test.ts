import { describe, expect, it } from 'vitest';
import { UNAUDITED } from '#fuzz/engines/panel.ts';
import { prepare } from '#fuzz/engines/prepare.ts';
import type { Program } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { instructionAt } from '#runtime/compile/compiled.ts';
import type { WasmFunction } from '#runtime/function.ts';
import type { Parts } from '#runtime/parts.ts';
import { PARTS } from '#runtime/parts.ts';
import { parse } from '#wasm/text/parse.ts';
import type { LostRoots } from './lost-roots.ts';
import { surveyRoots } from './lost-roots.ts';

/** Two calls within a block and one behind it, with an object in a local and one or two on the operand stack. */
const MODULE = parse(`(module
  (import "env" "gc" (func $gc))
  (type $t (struct))
  (func (export "run") (local $x (ref null $t))
    (local.set $x (struct.new $t))
    (block
      (struct.new $t)
      (call $gc)
      (ref.cast (ref $t) (local.get $x))
      (call $gc)
      (drop)
      (drop))
    (struct.new $t)
    (call $gc)
    (drop)))`);

/** Instructions that open and close the block. */
const BLOCK = { start: 2, end: 10 };

const PROGRAM: Program = {
  modules: [{ name: 'm', module: MODULE }],
  steps: [{ kind: 'instantiate', module: 0 }, { kind: 'call', module: 0, export: 'run', args: [] }],
  schedule: NO_COLLECTIONS,
  collector: DEFAULT_KNOBS,
  limits: DEFAULT_PROGRAM_LIMITS,
};

function survey(StackWalker: Parts['StackWalker']): LostRoots | undefined {
  return surveyRoots(PROGRAM, prepare(PROGRAM), { ...PARTS.drc, StackWalker }, UNAUDITED);
}

describe('references that stack maps leave out', () => {
  it('are none on a healthy runtime', () => {
    expect(survey(PARTS.drc.StackWalker)).toBeUndefined();
  });

  it('have in common what pushed them', () => {
    const secondOperand = class extends PARTS.drc.StackWalker {
      protected override stackMapAt(fn: WasmFunction, pc: number): Int32Array {
        return super.stackMapAt(fn, pc).slice(0, 1);
      }
    };
    expect(survey(secondOperand)).toEqual({ operation: 'ref.cast', text: 'pushed by ref.cast', lost: 1, found: 0, others: 0 });
  });

  it('have in common where their frames stand, when it does not matter what they are', () => {
    const nothingInBlocks = class extends PARTS.drc.StackWalker {
      protected override visitFrame(depth: number, visit: (ref: number) => void): void {
        const { functions, pcs } = this.store.stack;
        const fn = functions[depth]!;
        const index = instructionAt(fn.code, pcs[depth]!);
        if (index <= BLOCK.start || index >= BLOCK.end) super.visitFrame(depth, visit);
      }
    };
    expect(survey(nothingInBlocks)).toMatchObject({ operation: 'block', text: 'in frames that are within block', found: 0, others: 0 });
  });
});
