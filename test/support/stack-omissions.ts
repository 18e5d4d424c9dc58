/**
 * Stack walkers that leave something out, one for each way in which stack maps of real compilers went wrong: a
 * measure of which generators hold references in which places while a collection runs.
 *
 * An interpreter has no values that a register allocator forgot, so what is left out is told by where an operand comes
 * from: validation is run again, and each operand remembers the instruction that pushed it.
 */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { ValType } from '#wasm/syntax/types.ts';
import { FunctionValidator } from '#wasm/valid/function-validator.ts';
import type { CompiledFunction } from '#runtime/compile/compiled.ts';
import { instructionAt } from '#runtime/compile/compiled.ts';
import type { WasmFunction } from '#runtime/function.ts';
import { StackWalker } from '#runtime/interpreter/stack-walker.ts';
import type { Parts } from '#runtime/parts.ts';
import { PARTS } from '#runtime/parts.ts';
import type { Store } from '#runtime/store.ts';

/** What is known of a frame that stands at some instruction. */
interface Moment {
  /** Opcode that pushed the operand, by its location in words from the frame pointer. */
  readonly origins: ReadonlyMap<number, number>;
  /** Opcodes of the open blocks. */
  readonly blocks: readonly number[];
}

const moments = new WeakMap<CompiledFunction, Map<number, Moment>>();

function momentAt({ code, instance }: WasmFunction, pc: number): Moment {
  let known = moments.get(code);
  if (known === undefined) moments.set(code, (known = new Map()));
  const index = pc === code.entry ? 0 : instructionAt(code, pc);
  let moment = known.get(index);
  if (moment === undefined) known.set(index, (moment = findMoment(code, instance, index)));
  return moment;
}

function findMoment(code: CompiledFunction, { compiled }: WasmFunction['instance'], index: number): Moment {
  const { role, expr } = code;
  if (role.kind !== 'function') return { origins: new Map(), blocks: [] };
  const { context } = compiled;
  const validator = new FunctionValidator(context);
  validator.beginFunction(role.index, context.module.functions[role.index - context.imported.func]!);
  const pushedBy: number[] = [];
  for (const instruction of expr.slice(0, index)) {
    validator.step(instruction);
    pushedBy.length = Math.min(pushedBy.length, validator.untouched);
    while (pushedBy.length < validator.operands.length) pushedBy.push(instruction.op);
  }
  const origins = new Map<number, number>();
  let location = code.localWords;
  validator.operands.forEach((type, i) => {
    origins.set(location, pushedBy[i]!);
    location += type === ValType.v128 ? 4 : 2;
  });
  return { origins, blocks: validator.controls.map(({ opcode }) => opcode) };
}

// --- What to leave out -----------------------------------------------------------------------------------

type Plant = (parts: Parts) => Parts;

/** Leaves out the operands of a frame for which `isLost` holds. */
function losingOperands(isLost: (origin: number, moment: Moment) => boolean): Plant {
  return (parts) => ({
    ...parts,
    StackWalker: class extends StackWalker {
      protected override stackMapAt(fn: WasmFunction, pc: number): Int32Array {
        const moment = momentAt(fn, pc);
        return super.stackMapAt(fn, pc).filter((location) => {
          const origin = moment.origins.get(location);
          return origin === undefined || !isLost(origin, moment);
        });
      }
    },
  });
}

function losingFrames(isLost: (moment: Moment) => boolean): Plant {
  return (parts) => ({
    ...parts,
    StackWalker: class extends StackWalker {
      protected override visitFrame(depth: number, visit: (ref: number) => void): void {
        const { functions, pcs } = this.store.stack;
        if (!isLost(momentAt(functions[depth]!, pcs[depth]!))) super.visitFrame(depth, visit);
      }
    },
  });
}

/** Leaves out the locals from the given word of a frame on. */
function losingLocals(from: number): Plant {
  return (parts) => ({
    ...parts,
    StackWalker: class extends StackWalker {
      protected override visitFrame(depth: number, visit: (ref: number) => void): void {
        const { functions, pcs, fps, i32 } = this.store.stack;
        const fn = functions[depth]!;
        const fp = fps[depth]!;
        for (const location of fn.code.refLocals) if (location < from) visit(i32[fp + location]!);
        for (const location of this.stackMapAt(fn, pcs[depth]!)) visit(i32[fp + location]!);
      }
    },
  });
}

/** Walks the frames of the innermost activation only. */
const losingActivations: Plant = (parts) => {
  const bases = new WeakMap<Store, number[]>();
  const basesOf = (store: Store): number[] => {
    const known = bases.get(store) ?? [];
    bases.set(store, known);
    return known;
  };
  return {
    ...parts,
    execute: (store, base) => {
      basesOf(store).push(base);
      try {
        parts.execute(store, base);
      } finally {
        basesOf(store).pop();
      }
    },
    StackWalker: class extends StackWalker {
      protected override outermost(): number {
        return basesOf(this.store).at(-1) ?? 0;
      }
    },
  };
};

function pushedBy(...opcodes: readonly Instruction['op'][]): Plant {
  const set = new Set<number>(opcodes);
  return losingOperands((origin) => set.has(origin));
}

/** By what is left out of the stack roots. */
export const STACK_OMISSIONS = {
  'select result': pushedBy(Op.select, Op['select t']),
  'block parameter': pushedBy(Op.block, Op.if, Op.else),
  'loop parameter': pushedBy(Op.loop),
  'try_table frame': losingFrames(({ blocks }) => blocks.includes(Op.try_table)),
  'outer activation': losingActivations,
  'else arm': losingOperands((_, { blocks }) => blocks.includes(Op.else)),
  'passed through': pushedBy(
    Op['ref.cast'],
    Op['ref.cast null'],
    Op['ref.as_non_null'],
    Op.br_on_null,
    Op.br_on_cast,
    Op.br_on_cast_fail,
    Op['any.convert_extern'],
    Op['extern.convert_any'],
    Op['local.tee'],
  ),
  'block result': pushedBy(Op.end),
  'call result': pushedBy(Op.call, Op.call_ref, Op.call_indirect),
  'bulk allocation': pushedBy(Op['array.new_data'], Op['array.new_elem'], Op['array.new_fixed']),
  'far local': losingLocals(32),
} as const satisfies Readonly<Record<string, Plant>>;
export type StackOmission = keyof typeof STACK_OMISSIONS;

/** The parts of the counting collector with something left out. */
export function plantOmission(omission: StackOmission): Parts {
  return STACK_OMISSIONS[omission](PARTS.drc);
}
