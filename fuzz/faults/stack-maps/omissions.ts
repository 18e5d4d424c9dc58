/** Stack walkers that leave something out: what most of the bugs in stack maps come down to. */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import type { WasmFunction } from '#runtime/function.ts';
import type { Parts } from '#runtime/parts.ts';
import type { Fault } from '../fault.ts';
import type { LocalUses } from './local-uses.ts';
import { localUses } from './local-uses.ts';
import type { Moment, Origin } from './moment.ts';
import { momentAt } from './moment.ts';

/** Who sees a reference that no stack map lists: the scan at once, the others when its object is gone. */
export const SEE_LOST_ROOTS: Fault['caughtBy'] = ['stackScan', 'assertion', 'heapIntegrity', 'poison', 'audit', 'differential', 'crash', 'scheduleInvariance'];

/** Leaves out the operands of a frame for which `isLost` holds. */
export function losingOperands(isLost: (origin: Origin, fn: WasmFunction) => boolean): Fault['plant'] {
  return (parts) => ({
    ...parts,
    StackWalker: class extends parts.StackWalker {
      protected override stackMapAt(fn: WasmFunction, pc: number): Int32Array {
        const { origins } = momentAt(fn, pc);
        return super.stackMapAt(fn, pc).filter((location) => {
          const origin = origins.get(location);
          return origin === undefined || !isLost(origin, fn);
        });
      }
    },
  });
}

/** Leaves out what certain instructions have pushed. */
export function losingResultsOf(...opcodes: readonly Instruction['op'][]): Fault['plant'] {
  const set = new Set<number>(opcodes);
  return losingOperands(({ opcode }) => set.has(opcode));
}

/** Leaves out frames as a whole. */
export function losingFrames(isLost: (moment: Moment) => boolean): Fault['plant'] {
  return (parts: Parts) => ({
    ...parts,
    StackWalker: class extends parts.StackWalker {
      protected override visitFrame(depth: number, visit: (ref: number) => void): void {
        const { functions, pcs } = this.store.stack;
        if (!isLost(momentAt(functions[depth]!, pcs[depth]!))) super.visitFrame(depth, visit);
      }
    },
  });
}

/** Leaves out locals for which `isLost` holds. @param index of the instruction under way */
export function losingLocals(isLost: (local: number, index: number, text: LocalUses) => boolean): Fault['plant'] {
  return (parts) => ({
    ...parts,
    StackWalker: class extends parts.StackWalker {
      protected override localsAt(fn: WasmFunction, pc: number): Int32Array {
        const text = localUses(fn);
        const { index } = momentAt(fn, pc);
        return super.localsAt(fn, pc).filter((location) => !isLost(text.locations.indexOf(location), index, text));
      }
    },
  });
}
