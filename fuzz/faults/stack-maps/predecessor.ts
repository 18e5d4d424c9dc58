/**
 * Stack maps in one table by code position, as an engine keeps them that has the address of a frame and nothing else: entries only for
 * safe points where something is live, and a lookup that takes the nearest one before the address.
 */
import { code as codes } from '#runtime/compile/code.ts';
import type { CodeName } from '#runtime/compile/code.ts';
import type { CompiledFunction, CompiledModule } from '#runtime/compile/compiled.ts';
import type { WasmFunction } from '#runtime/function.ts';
import type { Fault } from '../fault.ts';

const MAPPED: readonly CodeName[] = [
  'throw',
  'call',
  'call_indirect',
  'call_ref',
  'return_call',
  'return_call_indirect',
  'return_call_ref',
  'global.get ref',
  'table.get ref',
  'table.copy',
  'table.init',
  'struct.new',
  'struct.new_default',
  'struct.get ref',
  'array.new',
  'array.new_default',
  'array.new_fixed',
  'array.new_data',
  'array.new_elem',
  'array.get ref',
  'array.copy',
  'array.init_elem',
];
const mapped: ReadonlySet<number> = new Set(MAPPED.map((name) => codes[name]));

export interface MapEntry {
  /** Index of the function. */
  readonly fn: number;
  /** Behind the safe point. */
  readonly pc: number;
  /** What is live there: words from the frame pointer. */
  readonly locations: readonly number[];
}

const tables = new WeakMap<CompiledModule, readonly MapEntry[]>();

/** The safe points of a module where anything is live, in the order of the code. */
function tableOf(compiled: CompiledModule): readonly MapEntry[] {
  let table = tables.get(compiled);
  if (table === undefined) {
    tables.set(compiled, (table = compiled.functions.flatMap((fn, index) => (fn === undefined ? [] : entriesOf(compiled, fn, index)))));
  }
  return table;
}
function entriesOf({ code, maps }: CompiledModule, { positions, refLocals }: CompiledFunction, fn: number): MapEntry[] {
  const entries: MapEntry[] = [];
  for (let i = 0; i + 2 < positions.length; i += 2) {
    if (!mapped.has(code[positions[i]!]!)) continue;
    const pc = positions[i + 2]!;
    const locations = [...refLocals, ...maps.operands(code[pc - 1]!)];
    if (locations.length > 0) entries.push({ fn, pc, locations });
  }
  return entries;
}

/**
 * Where nothing is live, what is listed for an earlier place is taken.
 * @param fits whether an entry may stand for a place in the function with that index
 */
export function withPredecessors(fits: (entry: MapEntry, fn: number) => boolean): Fault['plant'] {
  const strayLocations = ({ code: { role }, instance }: WasmFunction, pc: number): readonly number[] => {
    if (role.kind !== 'function') return [];
    const found = tableOf(instance.compiled).findLast((entry) => entry.pc <= pc);
    return found !== undefined && fits(found, role.index) ? found.locations : [];
  };
  return (parts) => ({
    ...parts,
    StackWalker: class extends parts.StackWalker {
      protected override visitFrame(depth: number, visit: (ref: number) => void): void {
        const { functions, pcs, fps, i32 } = this.store.stack;
        const fn = functions[depth]!;
        const pc = pcs[depth]!;
        if (this.localsAt(fn, pc).length + this.stackMapAt(fn, pc).length > 0) super.visitFrame(depth, visit);
        else for (const location of strayLocations(fn, pc)) visit(i32[fps[depth]! + location] ?? 0);
      }
    },
  });
}
