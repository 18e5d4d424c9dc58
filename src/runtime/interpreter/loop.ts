/**
 * The interpreter: one loop around one switch, which runs the topmost frame until the frame at `base` has
 * returned (spec: Execution / Instructions).
 *
 * - Nothing is allocated per instruction. Values are words of the call stack; a 64-bit integer is a pair of
 *   words, low first, and takes the detour through BigInt only where words would be clumsy.
 * - Case labels are literals, because only literals become a jump table; a test holds them to `code.ts`.
 * - `pc`, `sp` and `fuel` live in locals. Before anything that can collect, trap half way, call out or look
 *   at frames they are written back ("spilled"); views of the heap are taken again after anything that may
 *   allocate, views of the stack whenever a frame becomes the running one.
 * - Indices are tested as signed words, negative or not below the length: as unsigned ones the large ones would not fit V8's
 *   small integers. No length reaches 2^31.
 * - Operands of an allocation stay on the stack until the allocation is done: they are its roots.
 * - This file and the operations it calls are loaded once per collector, so that each copy is compiled for
 *   one kind of heap (`parts.ts`).
 */
import type { GcHeap } from '../heap/gc-heap.ts';
import { i31FromNumber } from '../heap/reference.ts';
import type { TrapCode } from '../outcome.ts';
import { Fault, Trap, UncaughtException, hex } from '../outcome.ts';
import type { Store } from '../store.ts';
import type { FunctionInstance } from '../function.ts';
import * as memory from './memory-ops.ts';
import * as numeric from './numeric.ts';

const CANONICAL_F32 = 0x7fc00000;
const CANONICAL_F64_HIGH = 0x7ff80000;

/** A reference led outside the heap: the heap is corrupt, whatever the program did (J1). */
function corrupt(heap: GcHeap, ref: number): never {
  throw new Fault('J1', `${hex(ref)} is used as an object but lies outside the heap of ${heap.capacity} bytes`, ref);
}

/** Moves `words` words down the stack. Ranges may overlap. */
function moveDown(stack: Int32Array, to: number, from: number, words: number): void {
  for (let i = 0; i < words; i++) stack[to + i] = stack[from + i]!;
}

/**
 * Runs the topmost frame, entered already, until the frame at depth `base` has returned; its results are then
 * the topmost words below `stack.sp`.
 * @throws Trap, Exhaustion, Fault; UncaughtException when no frame from `base` up catches
 */
export function execute(store: Store, base: number): void {
  const { stack, heap, boundary } = store;
  const { references, objects, tables, exceptions } = store.operations;
  const { functions } = stack;
  /** Distance from a reference to the body of its object. */
  const body = heap.headerBytes;
  let fuel = store.fuel;
  let sp = stack.sp;
  // How the execution ends, other than by returning. One place throws, for V8 abandons optimised code at each
  // construction that it runs for the first time, and this function takes it a quarter of a second to compile.
  let end: TrapCode | 'uncaught';

  try {
    activate: for (;;) {
      const { pcs, fps, depth } = stack;
      const s32 = stack.i32;
      const s64 = stack.i64;
      const f32 = stack.f32;
      const f64 = stack.f64;
      const fn = functions[depth]!;
      const { code } = fn.instance.compiled;
      const { instance } = fn;
      const fp = fps[depth]!;
      let pc = pcs[depth]!;
      let h32 = heap.i32;

      for (;;) {
        if (--fuel < 0) {
          pcs[depth] = pc;
          stack.sp = sp;
          store.fuel = 0;
          fuel = store.outOfFuel();
        }
        switch (code[pc++]) {
          // --- Control ---------------------------------------------------------------------------------
          case 0x00: // unreachable
            pcs[depth] = pc;
            end = 'unreachable';
            break activate;
          case 0x0c: // br
            pc = code[pc]!;
            continue;
          case 0xc5: { // br_move
            const words = code[pc + 1]!;
            const to = fp + code[pc + 2]!;
            moveDown(s32, to, sp - words, words);
            sp = to + words;
            pc = code[pc]!;
            continue;
          }
          case 0x0d: // br_if
            sp -= 2;
            pc = s32[sp] !== 0 ? code[pc]! : pc + 1;
            continue;
          case 0xc7: // br_unless
            sp -= 2;
            pc = s32[sp] === 0 ? code[pc]! : pc + 1;
            continue;
          case 0xc6: { // br_if_move
            sp -= 2;
            if (s32[sp] === 0) {
              pc += 3;
              continue;
            }
            const words = code[pc + 1]!;
            const to = fp + code[pc + 2]!;
            moveDown(s32, to, sp - words, words);
            sp = to + words;
            pc = code[pc]!;
            continue;
          }
          case 0x0e: { // br_table
            sp -= 2;
            const last = code[pc]!;
            const chosen = s32[sp]! >>> 0;
            const entry = pc + 1 + 3 * (chosen < last ? chosen : last);
            const words = code[entry + 1]!;
            const to = fp + code[entry + 2]!;
            moveDown(s32, to, sp - words, words);
            sp = to + words;
            pc = code[entry]!;
            continue;
          }
          case 0xc8: { // br_on_null
            if (s32[sp - 2] !== 0) {
              pc += 3;
              continue;
            }
            sp -= 2;
            const words = code[pc + 1]!;
            const to = fp + code[pc + 2]!;
            moveDown(s32, to, sp - words, words);
            sp = to + words;
            pc = code[pc]!;
            continue;
          }
          case 0xc9: { // br_on_non_null
            if (s32[sp - 2] === 0) {
              sp -= 2;
              pc += 3;
              continue;
            }
            const words = code[pc + 1]!;
            const to = fp + code[pc + 2]!;
            moveDown(s32, to, sp - words, words);
            sp = to + words;
            pc = code[pc]!;
            continue;
          }
          case 0xca: { // br_on_cast
            if (!references.matches(s32[sp - 2]!, code[pc + 3]!, code[pc + 4]!)) {
              pc += 5;
              continue;
            }
            const words = code[pc + 1]!;
            const to = fp + code[pc + 2]!;
            moveDown(s32, to, sp - words, words);
            sp = to + words;
            pc = code[pc]!;
            continue;
          }
          case 0xcb: { // br_on_cast_fail
            if (references.matches(s32[sp - 2]!, code[pc + 3]!, code[pc + 4]!)) {
              pc += 5;
              continue;
            }
            const words = code[pc + 1]!;
            const to = fp + code[pc + 2]!;
            moveDown(s32, to, sp - words, words);
            sp = to + words;
            pc = code[pc]!;
            continue;
          }
          case 0x0f: { // return
            const words = code[pc]!;
            moveDown(s32, fp, sp - words, words);
            sp = fp + words;
            stack.depth = depth - 1;
            if (depth === base) {
              stack.sp = sp;
              return;
            }
            continue activate;
          }

          // --- Calls -----------------------------------------------------------------------------------
          case 0x10: { // call
            const callee = instance.functions[code[pc]!]!;
            pc += 3;
            pcs[depth] = pc;
            if (callee.host === undefined) {
              stack.enter(callee, sp);
              sp = stack.sp;
              continue activate;
            }
            stack.sp = sp;
            store.fuel = fuel;
            const threw = boundary.callHost(callee);
            fuel = store.fuel;
            if (threw && !exceptions.unwind(base)) { end = 'uncaught'; break activate; }
            sp = stack.sp;
            continue activate;
          }
          case 0x11: { // call_indirect
            sp -= 2;
            const callee = tables.callee(instance.tables[code[pc + 1]!]!, s32[sp]!, code[pc]!);
            pc += 4;
            pcs[depth] = pc;
            if (callee.host === undefined) {
              stack.enter(callee, sp);
              sp = stack.sp;
              continue activate;
            }
            stack.sp = sp;
            store.fuel = fuel;
            const threw = boundary.callHost(callee);
            fuel = store.fuel;
            if (threw && !exceptions.unwind(base)) { end = 'uncaught'; break activate; }
            sp = stack.sp;
            continue activate;
          }
          case 0x14: { // call_ref
            sp -= 2;
            const address = s32[sp]!;
            if (address === 0) { end = 'nullFunctionReference'; break activate; }
            const callee = store.functions[address]!;
            pc += 2;
            pcs[depth] = pc;
            if (callee.host === undefined) {
              stack.enter(callee, sp);
              sp = stack.sp;
              continue activate;
            }
            stack.sp = sp;
            store.fuel = fuel;
            const threw = boundary.callHost(callee);
            fuel = store.fuel;
            if (threw && !exceptions.unwind(base)) { end = 'uncaught'; break activate; }
            sp = stack.sp;
            continue activate;
          }
          case 0x12: // return_call
          case 0x13: // return_call_indirect
          case 0x15: { // return_call_ref
            let callee: FunctionInstance;
            if (code[pc - 1] === 0x12) {
              callee = instance.functions[code[pc]!]!;
              pc += 3;
            } else if (code[pc - 1] === 0x13) {
              sp -= 2;
              callee = tables.callee(instance.tables[code[pc + 1]!]!, s32[sp]!, code[pc]!);
              pc += 4;
            } else {
              sp -= 2;
              if (s32[sp] === 0) { end = 'nullFunctionReference'; break activate; }
              callee = store.functions[s32[sp]!]!;
              pc += 2;
            }
            if (callee.host === undefined) {
              stack.replace(callee, sp);
              sp = stack.sp;
              continue activate;
            }
            // A host function has no frame to replace ours with: call it, then return its results.
            pcs[depth] = pc;
            stack.sp = sp;
            store.fuel = fuel;
            const threw = boundary.callHost(callee);
            fuel = store.fuel;
            if (threw) {
              stack.depth = depth - 1;
              if (depth === base || !exceptions.unwind(base)) { end = 'uncaught'; break activate; }
              sp = stack.sp;
              continue activate;
            }
            const words = callee.resultWords;
            moveDown(s32, fp, stack.sp - words, words);
            sp = fp + words;
            stack.depth = depth - 1;
            if (depth === base) {
              stack.sp = sp;
              return;
            }
            continue activate;
          }
          case 0x08: { // throw
            pcs[depth] = pc + 2;
            stack.sp = sp;
            exceptions.throwNew(instance.tags[code[pc]!]!);
            if (!exceptions.unwind(base)) { end = 'uncaught'; break activate; }
            sp = stack.sp;
            continue activate;
          }
          case 0x0a: { // throw_ref
            sp -= 2;
            pcs[depth] = pc;
            stack.sp = sp;
            exceptions.throwRef(s32[sp]!);
            if (!exceptions.unwind(base)) { end = 'uncaught'; break activate; }
            sp = stack.sp;
            continue activate;
          }

          // --- Stack, locals, globals, tables ----------------------------------------------------------
          case 0x1a: // drop
            sp -= 2;
            continue;
          case 0xcc: // drop128
            sp -= 4;
            continue;
          case 0x1b: // select
            sp -= 4;
            if (s32[sp + 2] === 0) {
              s32[sp - 2] = s32[sp]!;
              s32[sp - 1] = s32[sp + 1]!;
            }
            continue;
          case 0xcd: // select128
            sp -= 6;
            if (s32[sp + 4] === 0) moveDown(s32, sp - 4, sp, 4);
            continue;
          case 0x20: // local.get
            s32[sp] = s32[fp + code[pc++]!]!;
            sp += 2;
            // Pushes come in runs: taking the next ones along saves their dispatch. Not without fuel in hand,
            // so that who follows step by step sees each of them.
            while (code[pc] === 0x20 && fuel > 0) {
              fuel--;
              s32[sp] = s32[fp + code[pc + 1]!]!;
              sp += 2;
              pc += 2;
            }
            if (code[pc] === 0x41 && fuel > 0) {
              fuel--;
              s32[sp] = code[pc + 1]!;
              sp += 2;
              pc += 2;
            }
            continue;
          case 0xce: { // local.get64
            const from = fp + code[pc++]!;
            s32[sp] = s32[from]!;
            s32[sp + 1] = s32[from + 1]!;
            sp += 2;
            continue;
          }
          case 0xcf: // local.get128
            moveDown(s32, sp, fp + code[pc++]!, 4);
            sp += 4;
            continue;
          case 0x21: // local.set
            sp -= 2;
            s32[fp + code[pc++]!] = s32[sp]!;
            continue;
          case 0xd0: { // local.set64
            sp -= 2;
            const to = fp + code[pc++]!;
            s32[to] = s32[sp]!;
            s32[to + 1] = s32[sp + 1]!;
            continue;
          }
          case 0xd1: // local.set128
            sp -= 4;
            moveDown(s32, fp + code[pc++]!, sp, 4);
            continue;
          case 0x22: // local.tee
            s32[fp + code[pc++]!] = s32[sp - 2]!;
            continue;
          case 0xd3: { // local.tee64
            const to = fp + code[pc++]!;
            s32[to] = s32[sp - 2]!;
            s32[to + 1] = s32[sp - 1]!;
            continue;
          }
          case 0xd5: // local.tee128
            moveDown(s32, fp + code[pc++]!, sp - 4, 4);
            continue;
          case 0x23: // global.get
            s32[sp] = instance.globals[code[pc++]!]!.cells[0]!;
            sp += 2;
            continue;
          case 0xd6: { // global.get64
            const { cells } = instance.globals[code[pc++]!]!;
            s32[sp] = cells[0]!;
            s32[sp + 1] = cells[1]!;
            sp += 2;
            continue;
          }
          case 0xd7: // global.get128
            s32.set(instance.globals[code[pc++]!]!.cells, sp);
            sp += 4;
            continue;
          case 0xd8: { // global.get ref
            const { cells } = instance.globals[code[pc]!]!;
            const v = cells[0]!;
            pc += 2;
            s32[sp] = v;
            sp += 2;
            if (v !== 0 && (v & 1) === 0 && heap.globalReadBarrier(cells, v)) {
              pcs[depth] = pc;
              stack.sp = sp;
              store.readSafePoint();
            }
            continue;
          }
          case 0x24: // global.set
            sp -= 2;
            instance.globals[code[pc++]!]!.cells[0] = s32[sp]!;
            continue;
          case 0xd9: { // global.set64
            sp -= 2;
            const { cells } = instance.globals[code[pc++]!]!;
            cells[0] = s32[sp]!;
            cells[1] = s32[sp + 1]!;
            continue;
          }
          case 0xda: { // global.set128
            sp -= 4;
            const { cells } = instance.globals[code[pc++]!]!;
            for (let i = 0; i < 4; i++) cells[i] = s32[sp + i]!;
            continue;
          }
          case 0xdb: // global.set ref
            sp -= 2;
            heap.writeBarrier(instance.globals[code[pc++]!]!.cells, 0, s32[sp]!);
            continue;
          case 0x25: { // table.get
            const table = instance.tables[code[pc++]!]!;
            const index = s32[sp - 2]!;
            s32[sp - 2] = index < 0 || index >= table.length ? tables.entryBeyond(table) : table.cells[index]!;
            continue;
          }
          case 0xdc: { // table.get ref
            const table = instance.tables[code[pc]!]!;
            pc += 2;
            const index = s32[sp - 2]!;
            const v = index < 0 || index >= table.length ? tables.entryBeyond(table) : table.cells[index]!;
            s32[sp - 2] = v;
            if (v !== 0 && (v & 1) === 0 && heap.readBarrier(v)) {
              pcs[depth] = pc;
              stack.sp = sp;
              store.readSafePoint();
            }
            continue;
          }
          case 0x26: { // table.set
            sp -= 4;
            const table = instance.tables[code[pc++]!]!;
            const index = s32[sp]!;
            if (index < 0 || index >= table.length) { end = 'outOfBoundsTableAccess'; break activate; }
            table.cells[index] = s32[sp + 2]!;
            continue;
          }
          case 0xdd: { // table.set ref
            sp -= 4;
            const table = instance.tables[code[pc++]!]!;
            const index = s32[sp]!;
            if (index < 0 || index >= table.length) { end = 'outOfBoundsTableAccess'; break activate; }
            heap.writeBarrier(table.cells, index, s32[sp + 2]!);
            continue;
          }
          case 0x121: // table.size
            s32[sp] = instance.tables[code[pc++]!]!.length;
            sp += 2;
            continue;
          case 0x120: // table.grow
            stack.sp = sp;
            store.fuel = fuel;
            tables.grow(instance.tables[code[pc++]!]!);
            fuel = store.fuel;
            sp = stack.sp;
            continue;
          case 0x122: // table.fill
            stack.sp = sp;
            store.fuel = fuel;
            tables.fill(instance.tables[code[pc++]!]!);
            fuel = store.fuel;
            sp = stack.sp;
            continue;
          case 0x11f: // table.copy
            pcs[depth] = pc + 3;
            stack.sp = sp;
            store.fuel = fuel;
            tables.copy(instance.tables[code[pc]!]!, instance.tables[code[pc + 1]!]!);
            fuel = store.fuel;
            sp = stack.sp;
            pc += 3;
            continue;
          case 0x11d: // table.init
            pcs[depth] = pc + 3;
            stack.sp = sp;
            store.fuel = fuel;
            tables.init(instance.tables[code[pc + 1]!]!, instance.elements[code[pc]!]!);
            fuel = store.fuel;
            sp = stack.sp;
            pc += 3;
            continue;
          case 0x11e: // elem.drop
            tables.dropElements(instance.elements[code[pc++]!]!);
            continue;

          // --- References ------------------------------------------------------------------------------
          case 0xd2: // ref.func
            s32[sp] = instance.functions[code[pc++]!]!.address;
            sp += 2;
            continue;
          case 0xd4: // ref.as_non_null
            if (s32[sp - 2] === 0) { end = 'nullReference'; break activate; }
            continue;
          case 0x10c: // ref.test
            s32[sp - 2] = references.matches(s32[sp - 2]!, code[pc]!, code[pc + 1]!) ? 1 : 0;
            pc += 2;
            if (code[pc] === 0xc7 && fuel > 0) {
              // the br_unless of an `if`
              fuel--;
              sp -= 2;
              pc = s32[sp] === 0 ? code[pc + 1]! : pc + 2;
            }
            continue;
          case 0x10d: // ref.cast
            if (!references.matches(s32[sp - 2]!, code[pc]!, code[pc + 1]!)) { end = 'castFailure'; break activate; }
            pc += 2;
            continue;
          case 0x10e: // ref.i31
            s32[sp - 2] = i31FromNumber(s32[sp - 2]!);
            continue;
          case 0x10f: { // i31.get_s
            const ref = s32[sp - 2]!;
            s32[sp - 2] = ref === 0 ? references.numberOfNull() : ref >> 1;
            continue;
          }
          case 0x110: { // i31.get_u
            const ref = s32[sp - 2]!;
            s32[sp - 2] = ref === 0 ? references.numberOfNull() : ref >>> 1;
            continue;
          }

          // --- Structs ---------------------------------------------------------------------------------
          case 0xe0: // struct.new
            pcs[depth] = pc + 2;
            stack.sp = sp;
            objects.structNew(code[pc]!);
            sp = stack.sp;
            h32 = heap.i32;
            pc += 2;
            continue;
          case 0xe1: // struct.new_default
            pcs[depth] = pc + 2;
            stack.sp = sp;
            objects.structNewDefault(code[pc]!);
            sp = stack.sp;
            h32 = heap.i32;
            pc += 2;
            continue;
          case 0xe2: // struct.get i8_s
          case 0xe3: { // struct.get i8_u
            const ref = s32[sp - 2]!;
            if (ref === 0) { end = 'nullStructReference'; break activate; }
            const v = heap.u8[ref + body + code[pc]!];
            if (v === undefined) corrupt(heap, ref);
            s32[sp - 2] = code[pc - 1] === 0xe2 ? (v << 24) >> 24 : v;
            pc++;
            continue;
          }
          case 0xe4: // struct.get i16_s
          case 0xe5: { // struct.get i16_u
            const ref = s32[sp - 2]!;
            if (ref === 0) { end = 'nullStructReference'; break activate; }
            const v = heap.u16[(ref + body + code[pc]!) >> 1];
            if (v === undefined) corrupt(heap, ref);
            s32[sp - 2] = code[pc - 1] === 0xe4 ? (v << 16) >> 16 : v;
            pc++;
            continue;
          }
          case 0xe6: { // struct.get w32
            const ref = s32[sp - 2]!;
            if (ref === 0) { end = 'nullStructReference'; break activate; }
            const v = h32[(ref + body + code[pc++]!) >> 2];
            if (v === undefined) corrupt(heap, ref);
            s32[sp - 2] = v;
            continue;
          }
          case 0xe7: { // struct.get w64
            const ref = s32[sp - 2]!;
            if (ref === 0) { end = 'nullStructReference'; break activate; }
            const from = (ref + body + code[pc++]!) >> 2;
            const low = h32[from];
            if (low === undefined) corrupt(heap, ref);
            s32[sp - 2] = low;
            s32[sp - 1] = h32[from + 1]!;
            continue;
          }
          case 0xe8: // struct.get w128
            objects.loadV128(sp - 2, s32[sp - 2]!, code[pc++]!);
            sp += 2;
            continue;
          case 0xe9: // struct.get func
            s32[sp - 2] = objects.loadFunction(s32[sp - 2]!, code[pc++]!);
            continue;
          case 0xea: { // struct.get ref
            const ref = s32[sp - 2]!;
            if (ref === 0) { end = 'nullStructReference'; break activate; }
            const v = h32[(ref + body + code[pc]!) >> 2];
            if (v === undefined) corrupt(heap, ref);
            pc += 2;
            s32[sp - 2] = v;
            if (v !== 0 && (v & 1) === 0 && heap.readBarrier(v)) {
              pcs[depth] = pc;
              stack.sp = sp;
              store.readSafePoint();
            }
            continue;
          }
          case 0xeb: { // struct.set i8
            sp -= 4;
            const ref = s32[sp]!;
            if (ref === 0) { end = 'nullStructReference'; break activate; }
            heap.u8[ref + body + code[pc++]!] = s32[sp + 2]!;
            continue;
          }
          case 0xec: { // struct.set i16
            sp -= 4;
            const ref = s32[sp]!;
            if (ref === 0) { end = 'nullStructReference'; break activate; }
            heap.u16[(ref + body + code[pc++]!) >> 1] = s32[sp + 2]!;
            continue;
          }
          case 0xed: { // struct.set w32
            sp -= 4;
            const ref = s32[sp]!;
            if (ref === 0) { end = 'nullStructReference'; break activate; }
            h32[(ref + body + code[pc++]!) >> 2] = s32[sp + 2]!;
            continue;
          }
          case 0xee: { // struct.set w64
            sp -= 4;
            const ref = s32[sp]!;
            if (ref === 0) { end = 'nullStructReference'; break activate; }
            const to = (ref + body + code[pc++]!) >> 2;
            h32[to] = s32[sp + 2]!;
            h32[to + 1] = s32[sp + 3]!;
            continue;
          }
          case 0xef: // struct.set w128
            sp -= 6;
            objects.storeV128(sp + 2, s32[sp]!, code[pc++]!);
            continue;
          case 0xf0: // struct.set func
            sp -= 4;
            objects.storeFunction(s32[sp]!, code[pc++]!, s32[sp + 2]!);
            continue;
          case 0xf1: { // struct.set ref
            sp -= 4;
            const ref = s32[sp]!;
            if (ref === 0) { end = 'nullStructReference'; break activate; }
            heap.writeBarrier(h32, (ref + body + code[pc++]!) >> 2, s32[sp + 2]!);
            continue;
          }

          // --- Arrays ----------------------------------------------------------------------------------
          case 0xf2: // array.new
            pcs[depth] = pc + 2;
            stack.sp = sp;
            store.fuel = fuel;
            objects.arrayNew(code[pc]!);
            fuel = store.fuel;
            sp = stack.sp;
            h32 = heap.i32;
            pc += 2;
            continue;
          case 0xf3: // array.new_default
            pcs[depth] = pc + 2;
            stack.sp = sp;
            store.fuel = fuel;
            objects.arrayNewDefault(code[pc]!);
            fuel = store.fuel;
            sp = stack.sp;
            h32 = heap.i32;
            pc += 2;
            continue;
          case 0xf4: // array.new_fixed
            pcs[depth] = pc + 3;
            stack.sp = sp;
            store.fuel = fuel;
            objects.arrayNewFixed(code[pc]!, code[pc + 1]!);
            fuel = store.fuel;
            sp = stack.sp;
            h32 = heap.i32;
            pc += 3;
            continue;
          case 0xf5: // array.new_data
            pcs[depth] = pc + 3;
            stack.sp = sp;
            store.fuel = fuel;
            objects.arrayNewData(code[pc]!, instance.datas[code[pc + 1]!]!);
            fuel = store.fuel;
            sp = stack.sp;
            h32 = heap.i32;
            pc += 3;
            continue;
          case 0xf6: // array.new_elem
            pcs[depth] = pc + 3;
            stack.sp = sp;
            store.fuel = fuel;
            objects.arrayNewElem(code[pc]!, instance.elements[code[pc + 1]!]!);
            fuel = store.fuel;
            sp = stack.sp;
            h32 = heap.i32;
            pc += 3;
            continue;
          case 0xf7: // array.get i8_s
          case 0xf8: { // array.get i8_u
            sp -= 2;
            const ref = s32[sp - 2]!;
            if (ref === 0) { end = 'nullArrayReference'; break activate; }
            const length = h32[(ref + body) >> 2];
            if (length === undefined) corrupt(heap, ref);
            const index = s32[sp]!;
            if (index < 0 || index >= length) { end = 'outOfBoundsArrayAccess'; break activate; }
            const v = heap.u8[ref + body + 4 + index]!;
            s32[sp - 2] = code[pc - 1] === 0xf7 ? (v << 24) >> 24 : v;
            continue;
          }
          case 0xf9: // array.get i16_s
          case 0xfa: { // array.get i16_u
            sp -= 2;
            const ref = s32[sp - 2]!;
            if (ref === 0) { end = 'nullArrayReference'; break activate; }
            const length = h32[(ref + body) >> 2];
            if (length === undefined) corrupt(heap, ref);
            const index = s32[sp]!;
            if (index < 0 || index >= length) { end = 'outOfBoundsArrayAccess'; break activate; }
            const v = heap.u16[((ref + body + 4) >> 1) + index]!;
            s32[sp - 2] = code[pc - 1] === 0xf9 ? (v << 16) >> 16 : v;
            continue;
          }
          case 0xfb: { // array.get w32
            sp -= 2;
            const ref = s32[sp - 2]!;
            if (ref === 0) { end = 'nullArrayReference'; break activate; }
            const at = (ref + body) >> 2;
            const length = h32[at];
            if (length === undefined) corrupt(heap, ref);
            const index = s32[sp]!;
            if (index < 0 || index >= length) { end = 'outOfBoundsArrayAccess'; break activate; }
            s32[sp - 2] = h32[at + 1 + index]!;
            continue;
          }
          case 0xfc: { // array.get w64
            sp -= 2;
            const ref = s32[sp - 2]!;
            if (ref === 0) { end = 'nullArrayReference'; break activate; }
            const at = (ref + body) >> 2;
            const length = h32[at];
            if (length === undefined) corrupt(heap, ref);
            const index = s32[sp]!;
            if (index < 0 || index >= length) { end = 'outOfBoundsArrayAccess'; break activate; }
            s32[sp - 2] = h32[at + 2 + 2 * index]!;
            s32[sp - 1] = h32[at + 3 + 2 * index]!;
            continue;
          }
          case 0xfd: // array.get w128
            sp -= 2;
            objects.loadV128(sp - 2, s32[sp - 2]!, objects.elementOffset(s32[sp - 2]!, s32[sp]!, 8, 16));
            sp += 2;
            continue;
          case 0xfe: // array.get func
            sp -= 2;
            s32[sp - 2] = objects.loadFunction(s32[sp - 2]!, objects.elementOffset(s32[sp - 2]!, s32[sp]!, 4, 4));
            continue;
          case 0xff: { // array.get ref
            pc++;
            sp -= 2;
            const ref = s32[sp - 2]!;
            if (ref === 0) { end = 'nullArrayReference'; break activate; }
            const at = (ref + body) >> 2;
            const length = h32[at];
            if (length === undefined) corrupt(heap, ref);
            const index = s32[sp]!;
            if (index < 0 || index >= length) { end = 'outOfBoundsArrayAccess'; break activate; }
            const v = h32[at + 1 + index]!;
            s32[sp - 2] = v;
            if (v !== 0 && (v & 1) === 0 && heap.readBarrier(v)) {
              pcs[depth] = pc;
              stack.sp = sp;
              store.readSafePoint();
            }
            continue;
          }
          case 0x100: { // array.set i8
            sp -= 6;
            const ref = s32[sp]!;
            heap.u8[ref + body + objects.elementOffset(ref, s32[sp + 2]!, 4, 1)] = s32[sp + 4]!;
            continue;
          }
          case 0x101: { // array.set i16
            sp -= 6;
            const ref = s32[sp]!;
            heap.u16[(ref + body + objects.elementOffset(ref, s32[sp + 2]!, 4, 2)) >> 1] = s32[sp + 4]!;
            continue;
          }
          case 0x102: { // array.set w32
            sp -= 6;
            const ref = s32[sp]!;
            if (ref === 0) { end = 'nullArrayReference'; break activate; }
            const at = (ref + body) >> 2;
            const length = h32[at];
            if (length === undefined) corrupt(heap, ref);
            const index = s32[sp + 2]!;
            if (index < 0 || index >= length) { end = 'outOfBoundsArrayAccess'; break activate; }
            h32[at + 1 + index] = s32[sp + 4]!;
            continue;
          }
          case 0x103: { // array.set w64
            sp -= 6;
            const ref = s32[sp]!;
            const to = (ref + body + objects.elementOffset(ref, s32[sp + 2]!, 8, 8)) >> 2;
            h32[to] = s32[sp + 4]!;
            h32[to + 1] = s32[sp + 5]!;
            continue;
          }
          case 0x104: { // array.set w128
            sp -= 8;
            const ref = s32[sp]!;
            objects.storeV128(sp + 4, ref, objects.elementOffset(ref, s32[sp + 2]!, 8, 16));
            continue;
          }
          case 0x105: { // array.set func
            sp -= 6;
            const ref = s32[sp]!;
            objects.storeFunction(ref, objects.elementOffset(ref, s32[sp + 2]!, 4, 4), s32[sp + 4]!);
            continue;
          }
          case 0x106: { // array.set ref
            sp -= 6;
            const ref = s32[sp]!;
            if (ref === 0) { end = 'nullArrayReference'; break activate; }
            const at = (ref + body) >> 2;
            const length = h32[at];
            if (length === undefined) corrupt(heap, ref);
            const index = s32[sp + 2]!;
            if (index < 0 || index >= length) { end = 'outOfBoundsArrayAccess'; break activate; }
            heap.writeBarrier(h32, at + 1 + index, s32[sp + 4]!);
            continue;
          }
          case 0x107: { // array.len
            const ref = s32[sp - 2]!;
            if (ref === 0) { end = 'nullArrayReference'; break activate; }
            const length = h32[(ref + body) >> 2];
            if (length === undefined) corrupt(heap, ref);
            s32[sp - 2] = length;
            continue;
          }
          case 0x108: // array.fill
            stack.sp = sp;
            store.fuel = fuel;
            objects.arrayFill(code[pc++]!);
            fuel = store.fuel;
            sp = stack.sp;
            continue;
          case 0x109: // array.copy
            pcs[depth] = pc + 3;
            stack.sp = sp;
            store.fuel = fuel;
            objects.arrayCopy(code[pc]!, code[pc + 1]!);
            fuel = store.fuel;
            sp = stack.sp;
            pc += 3;
            continue;
          case 0x10a: // array.init_data
            stack.sp = sp;
            store.fuel = fuel;
            objects.arrayInitData(code[pc]!, instance.datas[code[pc + 1]!]!);
            fuel = store.fuel;
            sp = stack.sp;
            pc += 2;
            continue;
          case 0x10b: // array.init_elem
            pcs[depth] = pc + 3;
            stack.sp = sp;
            store.fuel = fuel;
            objects.arrayInitElem(code[pc]!, instance.elements[code[pc + 1]!]!);
            fuel = store.fuel;
            sp = stack.sp;
            pc += 3;
            continue;

          // --- Memory ----------------------------------------------------------------------------------
          case 0x3f: // memory.size
            s32[sp] = instance.memories[code[pc++]!]!.bytes.length >>> 16;
            sp += 2;
            continue;
          case 0x40: // memory.grow
            s32[sp - 2] = memory.grow(store, instance.memories[code[pc++]!]!, s32[sp - 2]! >>> 0);
            continue;
          case 0x119: // memory.init
            store.fuel = fuel;
            sp -= 6;
            memory.init(store, instance.memories[code[pc + 1]!]!, instance.datas[code[pc]!]!, s32, sp);
            fuel = store.fuel;
            pc += 2;
            continue;
          case 0x11a: // data.drop
            instance.datas[code[pc++]!] = memory.EMPTY_DATA;
            continue;
          case 0x11b: // memory.copy
            store.fuel = fuel;
            sp -= 6;
            memory.copy(store, instance.memories[code[pc]!]!, instance.memories[code[pc + 1]!]!, s32, sp);
            fuel = store.fuel;
            pc += 2;
            continue;
          case 0x11c: // memory.fill
            store.fuel = fuel;
            sp -= 6;
            memory.fill(store, instance.memories[code[pc++]!]!, s32, sp);
            fuel = store.fuel;
            continue;
          case 0x28: // i32.load
          case 0x2a: { // f32.load
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp - 2]! >>> 0) + (code[pc]! >>> 0);
            if (at + 4 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            s32[sp - 2] = view.getInt32(at, true);
            pc += 2;
            continue;
          }
          case 0x29: // i64.load
          case 0x2b: { // f64.load
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp - 2]! >>> 0) + (code[pc]! >>> 0);
            if (at + 8 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            s32[sp - 2] = view.getInt32(at, true);
            s32[sp - 1] = view.getInt32(at + 4, true);
            pc += 2;
            continue;
          }
          case 0x2c: { // i32.load8_s
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp - 2]! >>> 0) + (code[pc]! >>> 0);
            if (at + 1 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            s32[sp - 2] = view.getInt8(at);
            pc += 2;
            continue;
          }
          case 0x2d: { // i32.load8_u
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp - 2]! >>> 0) + (code[pc]! >>> 0);
            if (at + 1 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            s32[sp - 2] = view.getUint8(at);
            pc += 2;
            continue;
          }
          case 0x2e: { // i32.load16_s
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp - 2]! >>> 0) + (code[pc]! >>> 0);
            if (at + 2 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            s32[sp - 2] = view.getInt16(at, true);
            pc += 2;
            continue;
          }
          case 0x2f: { // i32.load16_u
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp - 2]! >>> 0) + (code[pc]! >>> 0);
            if (at + 2 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            s32[sp - 2] = view.getUint16(at, true);
            pc += 2;
            continue;
          }
          case 0x30: { // i64.load8_s
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp - 2]! >>> 0) + (code[pc]! >>> 0);
            if (at + 1 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            const v = view.getInt8(at);
            s32[sp - 2] = v;
            s32[sp - 1] = v >> 31;
            pc += 2;
            continue;
          }
          case 0x31: { // i64.load8_u
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp - 2]! >>> 0) + (code[pc]! >>> 0);
            if (at + 1 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            const v = view.getUint8(at);
            s32[sp - 2] = v;
            s32[sp - 1] = 0;
            pc += 2;
            continue;
          }
          case 0x32: { // i64.load16_s
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp - 2]! >>> 0) + (code[pc]! >>> 0);
            if (at + 2 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            const v = view.getInt16(at, true);
            s32[sp - 2] = v;
            s32[sp - 1] = v >> 31;
            pc += 2;
            continue;
          }
          case 0x33: { // i64.load16_u
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp - 2]! >>> 0) + (code[pc]! >>> 0);
            if (at + 2 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            const v = view.getUint16(at, true);
            s32[sp - 2] = v;
            s32[sp - 1] = 0;
            pc += 2;
            continue;
          }
          case 0x34: { // i64.load32_s
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp - 2]! >>> 0) + (code[pc]! >>> 0);
            if (at + 4 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            const v = view.getInt32(at, true);
            s32[sp - 2] = v;
            s32[sp - 1] = v >> 31;
            pc += 2;
            continue;
          }
          case 0x35: { // i64.load32_u
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp - 2]! >>> 0) + (code[pc]! >>> 0);
            if (at + 4 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            const v = view.getInt32(at, true);
            s32[sp - 2] = v;
            s32[sp - 1] = 0;
            pc += 2;
            continue;
          }
          case 0x36: // i32.store
          case 0x38: // f32.store
          case 0x3e: { // i64.store32
            sp -= 4;
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp]! >>> 0) + (code[pc]! >>> 0);
            if (at + 4 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            view.setInt32(at, s32[sp + 2]!, true);
            pc += 2;
            continue;
          }
          case 0x37: // i64.store
          case 0x39: { // f64.store
            sp -= 4;
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp]! >>> 0) + (code[pc]! >>> 0);
            if (at + 8 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            view.setInt32(at, s32[sp + 2]!, true);
            view.setInt32(at + 4, s32[sp + 3]!, true);
            pc += 2;
            continue;
          }
          case 0x3a: // i32.store8
          case 0x3c: { // i64.store8
            sp -= 4;
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp]! >>> 0) + (code[pc]! >>> 0);
            if (at + 1 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            view.setInt8(at, s32[sp + 2]!);
            pc += 2;
            continue;
          }
          case 0x3b: // i32.store16
          case 0x3d: { // i64.store16
            sp -= 4;
            const { view } = instance.memories[code[pc + 1]!]!;
            const at = (s32[sp]! >>> 0) + (code[pc]! >>> 0);
            if (at + 2 > view.byteLength) { end = 'outOfBoundsMemoryAccess'; break activate; }
            view.setInt16(at, s32[sp + 2]!, true);
            pc += 2;
            continue;
          }
          case 0xdf: // v128.memory
            sp = memory.vector(instance.memories[code[pc + 2]!]!, s32, sp, code[pc]!, code[pc + 1]! >>> 0, code[pc + 3]!);
            pc += 4;
            continue;

          // --- Constants -------------------------------------------------------------------------------
          case 0x41: // i32.const
            s32[sp] = code[pc++]!;
            sp += 2;
            continue;
          case 0x42: // i64.const
            s32[sp] = code[pc]!;
            s32[sp + 1] = code[pc + 1]!;
            sp += 2;
            pc += 2;
            continue;
          case 0xde: // v128.const
            for (let i = 0; i < 4; i++) s32[sp + i] = code[pc + i]!;
            sp += 4;
            pc += 4;
            continue;

          // --- i32 -------------------------------------------------------------------------------------
          case 0x45: // i32.eqz
            s32[sp - 2] = s32[sp - 2] === 0 ? 1 : 0;
            continue;
          case 0x46: // i32.eq
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! === s32[sp]! ? 1 : 0;
            continue;
          case 0x47: // i32.ne
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! !== s32[sp]! ? 1 : 0;
            continue;
          case 0x48: // i32.lt_s
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! < s32[sp]! ? 1 : 0;
            if (code[pc] === 0x0d && fuel > 0) {
              // br_if, as at the end of a loop
              fuel--;
              sp -= 2;
              pc = s32[sp] !== 0 ? code[pc + 1]! : pc + 2;
            }
            continue;
          case 0x49: // i32.lt_u
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! >>> 0 < s32[sp]! >>> 0 ? 1 : 0;
            if (code[pc] === 0x0d && fuel > 0) {
              // br_if, as at the end of a loop
              fuel--;
              sp -= 2;
              pc = s32[sp] !== 0 ? code[pc + 1]! : pc + 2;
            }
            continue;
          case 0x4a: // i32.gt_s
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! > s32[sp]! ? 1 : 0;
            continue;
          case 0x4b: // i32.gt_u
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! >>> 0 > s32[sp]! >>> 0 ? 1 : 0;
            continue;
          case 0x4c: // i32.le_s
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! <= s32[sp]! ? 1 : 0;
            continue;
          case 0x4d: // i32.le_u
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! >>> 0 <= s32[sp]! >>> 0 ? 1 : 0;
            continue;
          case 0x4e: // i32.ge_s
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! >= s32[sp]! ? 1 : 0;
            continue;
          case 0x4f: // i32.ge_u
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! >>> 0 >= s32[sp]! >>> 0 ? 1 : 0;
            continue;
          case 0x67: // i32.clz
            s32[sp - 2] = Math.clz32(s32[sp - 2]!);
            continue;
          case 0x68: // i32.ctz
            s32[sp - 2] = numeric.ctz32(s32[sp - 2]!);
            continue;
          case 0x69: // i32.popcnt
            s32[sp - 2] = numeric.popcnt32(s32[sp - 2]!);
            continue;
          case 0x6a: // i32.add
            sp -= 2;
            s32[sp - 2] = (s32[sp - 2]! + s32[sp]!) | 0;
            if (code[pc] === 0x21 && fuel > 0) {
              // local.set, as of a counter
              fuel--;
              sp -= 2;
              s32[fp + code[pc + 1]!] = s32[sp]!;
              pc += 2;
            }
            continue;
          case 0x6b: // i32.sub
            sp -= 2;
            s32[sp - 2] = (s32[sp - 2]! - s32[sp]!) | 0;
            continue;
          case 0x6c: // i32.mul
            sp -= 2;
            s32[sp - 2] = Math.imul(s32[sp - 2]!, s32[sp]!);
            continue;
          case 0x6d: { // i32.div_s
            sp -= 2;
            const divisor = s32[sp]!;
            if (divisor === 0) { end = 'integerDivideByZero'; break activate; }
            if (divisor === -1 && s32[sp - 2]! === -0x8000_0000) { end = 'integerOverflow'; break activate; }
            s32[sp - 2] = (s32[sp - 2]! / divisor) | 0;
            continue;
          }
          case 0x6e: { // i32.div_u
            sp -= 2;
            const divisor = s32[sp]! >>> 0;
            if (divisor === 0) { end = 'integerDivideByZero'; break activate; }
            s32[sp - 2] = (s32[sp - 2]! >>> 0) / divisor;
            continue;
          }
          case 0x6f: { // i32.rem_s
            sp -= 2;
            const divisor = s32[sp]!;
            if (divisor === 0) { end = 'integerDivideByZero'; break activate; }
            s32[sp - 2] = (s32[sp - 2]! % divisor) | 0;
            continue;
          }
          case 0x70: { // i32.rem_u
            sp -= 2;
            const divisor = s32[sp]! >>> 0;
            if (divisor === 0) { end = 'integerDivideByZero'; break activate; }
            s32[sp - 2] = (s32[sp - 2]! >>> 0) % divisor;
            continue;
          }
          case 0x71: // i32.and
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! & s32[sp]!;
            continue;
          case 0x72: // i32.or
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! | s32[sp]!;
            continue;
          case 0x73: // i32.xor
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! ^ s32[sp]!;
            continue;
          case 0x74: // i32.shl
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! << s32[sp]!;
            continue;
          case 0x75: // i32.shr_s
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! >> s32[sp]!;
            continue;
          case 0x76: // i32.shr_u
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! >>> s32[sp]!;
            continue;
          case 0x77: // i32.rotl
            sp -= 2;
            s32[sp - 2] = (s32[sp - 2]! << s32[sp]!) | (s32[sp - 2]! >>> -s32[sp]!);
            continue;
          case 0x78: // i32.rotr
            sp -= 2;
            s32[sp - 2] = (s32[sp - 2]! >>> s32[sp]!) | (s32[sp - 2]! << -s32[sp]!);
            continue;
          case 0xc0: // i32.extend8_s
            s32[sp - 2] = (s32[sp - 2]! << 24) >> 24;
            continue;
          case 0xc1: // i32.extend16_s
            s32[sp - 2] = (s32[sp - 2]! << 16) >> 16;
            continue;

          // --- i64 -------------------------------------------------------------------------------------
          case 0x50: // i64.eqz
            s32[sp - 2] = (s32[sp - 2]! | s32[sp - 1]!) === 0 ? 1 : 0;
            continue;
          case 0x51: // i64.eq
            sp -= 2;
            s32[sp - 2] = s32[sp - 2] === s32[sp] && s32[sp - 1] === s32[sp + 1] ? 1 : 0;
            continue;
          case 0x52: // i64.ne
            sp -= 2;
            s32[sp - 2] = s32[sp - 2] === s32[sp] && s32[sp - 1] === s32[sp + 1] ? 0 : 1;
            continue;
          case 0x53: // i64.lt_s
            sp -= 2;
            s32[sp - 2] =
              s32[sp - 1] === s32[sp + 1]
                ? s32[sp - 2]! >>> 0 < s32[sp]! >>> 0 ? 1 : 0
                : s32[sp - 1]! < s32[sp + 1]! ? 1 : 0;
            continue;
          case 0x54: // i64.lt_u
            sp -= 2;
            s32[sp - 2] =
              s32[sp - 1] === s32[sp + 1]
                ? s32[sp - 2]! >>> 0 < s32[sp]! >>> 0 ? 1 : 0
                : s32[sp - 1]! >>> 0 < s32[sp + 1]! >>> 0 ? 1 : 0;
            continue;
          case 0x55: // i64.gt_s
            sp -= 2;
            s32[sp - 2] =
              s32[sp - 1] === s32[sp + 1]
                ? s32[sp - 2]! >>> 0 > s32[sp]! >>> 0 ? 1 : 0
                : s32[sp - 1]! > s32[sp + 1]! ? 1 : 0;
            continue;
          case 0x56: // i64.gt_u
            sp -= 2;
            s32[sp - 2] =
              s32[sp - 1] === s32[sp + 1]
                ? s32[sp - 2]! >>> 0 > s32[sp]! >>> 0 ? 1 : 0
                : s32[sp - 1]! >>> 0 > s32[sp + 1]! >>> 0 ? 1 : 0;
            continue;
          case 0x57: // i64.le_s
            sp -= 2;
            s32[sp - 2] =
              s32[sp - 1] === s32[sp + 1]
                ? s32[sp - 2]! >>> 0 <= s32[sp]! >>> 0 ? 1 : 0
                : s32[sp - 1]! < s32[sp + 1]! ? 1 : 0;
            continue;
          case 0x58: // i64.le_u
            sp -= 2;
            s32[sp - 2] =
              s32[sp - 1] === s32[sp + 1]
                ? s32[sp - 2]! >>> 0 <= s32[sp]! >>> 0 ? 1 : 0
                : s32[sp - 1]! >>> 0 < s32[sp + 1]! >>> 0 ? 1 : 0;
            continue;
          case 0x59: // i64.ge_s
            sp -= 2;
            s32[sp - 2] =
              s32[sp - 1] === s32[sp + 1]
                ? s32[sp - 2]! >>> 0 >= s32[sp]! >>> 0 ? 1 : 0
                : s32[sp - 1]! > s32[sp + 1]! ? 1 : 0;
            continue;
          case 0x5a: // i64.ge_u
            sp -= 2;
            s32[sp - 2] =
              s32[sp - 1] === s32[sp + 1]
                ? s32[sp - 2]! >>> 0 >= s32[sp]! >>> 0 ? 1 : 0
                : s32[sp - 1]! >>> 0 > s32[sp + 1]! >>> 0 ? 1 : 0;
            continue;
          case 0x79: // i64.clz
            numeric.clz64(s32, sp - 2);
            continue;
          case 0x7a: // i64.ctz
            numeric.ctz64(s32, sp - 2);
            continue;
          case 0x7b: // i64.popcnt
            numeric.popcnt64(s32, sp - 2);
            continue;
          case 0x7c: { // i64.add
            sp -= 2;
            const low = (s32[sp - 2]! >>> 0) + (s32[sp]! >>> 0);
            s32[sp - 1] = (s32[sp - 1]! + s32[sp + 1]! + (low > 0xffff_ffff ? 1 : 0)) | 0;
            s32[sp - 2] = low | 0;
            continue;
          }
          case 0x7d: { // i64.sub
            sp -= 2;
            const borrow = s32[sp - 2]! >>> 0 < s32[sp]! >>> 0 ? 1 : 0;
            s32[sp - 1] = (s32[sp - 1]! - s32[sp + 1]! - borrow) | 0;
            s32[sp - 2] = (s32[sp - 2]! - s32[sp]!) | 0;
            continue;
          }
          case 0x7e: { // i64.mul
            sp -= 2;
            const at = (sp >> 1) - 1;
            s64[at] = BigInt.asIntN(64, s64[at]! * s64[at + 1]!);
            continue;
          }
          case 0x7f: { // i64.div_s
            sp -= 2;
            const at = (sp >> 1) - 1;
            if ((s32[sp]! | s32[sp + 1]!) === 0) { end = 'integerDivideByZero'; break activate; }
            if (s64[at + 1] === -1n && s64[at] === -0x8000_0000_0000_0000n) { end = 'integerOverflow'; break activate; }
            s64[at] = s64[at]! / s64[at + 1]!;
            continue;
          }
          case 0x80: { // i64.div_u
            sp -= 2;
            const at = (sp >> 1) - 1;
            if ((s32[sp]! | s32[sp + 1]!) === 0) { end = 'integerDivideByZero'; break activate; }
            s64[at] = BigInt.asUintN(64, s64[at]!) / BigInt.asUintN(64, s64[at + 1]!);
            continue;
          }
          case 0x81: { // i64.rem_s
            sp -= 2;
            const at = (sp >> 1) - 1;
            if ((s32[sp]! | s32[sp + 1]!) === 0) { end = 'integerDivideByZero'; break activate; }
            s64[at] = s64[at]! % s64[at + 1]!;
            continue;
          }
          case 0x82: { // i64.rem_u
            sp -= 2;
            const at = (sp >> 1) - 1;
            if ((s32[sp]! | s32[sp + 1]!) === 0) { end = 'integerDivideByZero'; break activate; }
            s64[at] = BigInt.asUintN(64, s64[at]!) % BigInt.asUintN(64, s64[at + 1]!);
            continue;
          }
          case 0x83: // i64.and
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! & s32[sp]!;
            s32[sp - 1] = s32[sp - 1]! & s32[sp + 1]!;
            continue;
          case 0x84: // i64.or
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! | s32[sp]!;
            s32[sp - 1] = s32[sp - 1]! | s32[sp + 1]!;
            continue;
          case 0x85: // i64.xor
            sp -= 2;
            s32[sp - 2] = s32[sp - 2]! ^ s32[sp]!;
            s32[sp - 1] = s32[sp - 1]! ^ s32[sp + 1]!;
            continue;
          case 0x86: { // i64.shl
            sp -= 2;
            const at = (sp >> 1) - 1;
            s64[at] = BigInt.asIntN(64, s64[at]! << (s64[at + 1]! & 63n));
            continue;
          }
          case 0x87: { // i64.shr_s
            sp -= 2;
            const at = (sp >> 1) - 1;
            s64[at] = s64[at]! >> (s64[at + 1]! & 63n);
            continue;
          }
          case 0x88: { // i64.shr_u
            sp -= 2;
            const at = (sp >> 1) - 1;
            s64[at] = BigInt.asUintN(64, s64[at]!) >> (s64[at + 1]! & 63n);
            continue;
          }
          case 0x89: { // i64.rotl
            sp -= 2;
            const at = (sp >> 1) - 1;
            s64[at] = numeric.rotl64(s64[at]!, s64[at + 1]!);
            continue;
          }
          case 0x8a: { // i64.rotr
            sp -= 2;
            const at = (sp >> 1) - 1;
            s64[at] = numeric.rotl64(s64[at]!, -s64[at + 1]!);
            continue;
          }
          case 0xc2: // i64.extend8_s
            s32[sp - 2] = (s32[sp - 2]! << 24) >> 24;
            s32[sp - 1] = s32[sp - 2]! >> 31;
            continue;
          case 0xc3: // i64.extend16_s
            s32[sp - 2] = (s32[sp - 2]! << 16) >> 16;
            s32[sp - 1] = s32[sp - 2]! >> 31;
            continue;
          case 0xc4: // i64.extend32_s
          case 0xac: // i64.extend_i32_s
            s32[sp - 1] = s32[sp - 2]! >> 31;
            continue;
          case 0xad: // i64.extend_i32_u
            s32[sp - 1] = 0;
            continue;

          // --- f32 and f64 -------------------------------------------------------------------------------
          case 0x5b: // f32.eq
            sp -= 2;
            s32[sp - 2] = f32[sp - 2]! === f32[sp]! ? 1 : 0;
            continue;
          case 0x5c: // f32.ne
            sp -= 2;
            s32[sp - 2] = f32[sp - 2]! !== f32[sp]! ? 1 : 0;
            continue;
          case 0x5d: // f32.lt
            sp -= 2;
            s32[sp - 2] = f32[sp - 2]! < f32[sp]! ? 1 : 0;
            continue;
          case 0x5e: // f32.gt
            sp -= 2;
            s32[sp - 2] = f32[sp - 2]! > f32[sp]! ? 1 : 0;
            continue;
          case 0x5f: // f32.le
            sp -= 2;
            s32[sp - 2] = f32[sp - 2]! <= f32[sp]! ? 1 : 0;
            continue;
          case 0x60: // f32.ge
            sp -= 2;
            s32[sp - 2] = f32[sp - 2]! >= f32[sp]! ? 1 : 0;
            continue;
          case 0x8b: // f32.abs
            s32[sp - 2] = s32[sp - 2]! & 0x7fff_ffff;
            continue;
          case 0x8c: // f32.neg
            s32[sp - 2] = s32[sp - 2]! ^ 0x8000_0000;
            continue;
          case 0x98: // f32.copysign
            sp -= 2;
            s32[sp - 2] = (s32[sp - 2]! & 0x7fff_ffff) | (s32[sp]! & 0x8000_0000);
            continue;
          case 0x8d: { // f32.ceil
            const r = Math.ceil(f32[sp - 2]!);
            if (r !== r) s32[sp - 2] = CANONICAL_F32;
            else f32[sp - 2] = r;
            continue;
          }
          case 0x8e: { // f32.floor
            const r = Math.floor(f32[sp - 2]!);
            if (r !== r) s32[sp - 2] = CANONICAL_F32;
            else f32[sp - 2] = r;
            continue;
          }
          case 0x8f: { // f32.trunc
            const r = Math.trunc(f32[sp - 2]!);
            if (r !== r) s32[sp - 2] = CANONICAL_F32;
            else f32[sp - 2] = r;
            continue;
          }
          case 0x90: { // f32.nearest
            const r = numeric.nearest(f32[sp - 2]!);
            if (r !== r) s32[sp - 2] = CANONICAL_F32;
            else f32[sp - 2] = r;
            continue;
          }
          case 0x91: { // f32.sqrt
            const r = Math.sqrt(f32[sp - 2]!);
            if (r !== r) s32[sp - 2] = CANONICAL_F32;
            else f32[sp - 2] = r;
            continue;
          }
          case 0x92: { // f32.add
            sp -= 2;
            const r = f32[sp - 2]! + f32[sp]!;
            if (r !== r) s32[sp - 2] = CANONICAL_F32;
            else f32[sp - 2] = r;
            continue;
          }
          case 0x93: { // f32.sub
            sp -= 2;
            const r = f32[sp - 2]! - f32[sp]!;
            if (r !== r) s32[sp - 2] = CANONICAL_F32;
            else f32[sp - 2] = r;
            continue;
          }
          case 0x94: { // f32.mul
            sp -= 2;
            const r = f32[sp - 2]! * f32[sp]!;
            if (r !== r) s32[sp - 2] = CANONICAL_F32;
            else f32[sp - 2] = r;
            continue;
          }
          case 0x95: { // f32.div
            sp -= 2;
            const r = f32[sp - 2]! / f32[sp]!;
            if (r !== r) s32[sp - 2] = CANONICAL_F32;
            else f32[sp - 2] = r;
            continue;
          }
          case 0x96: { // f32.min
            sp -= 2;
            const r = Math.min(f32[sp - 2]!, f32[sp]!);
            if (r !== r) s32[sp - 2] = CANONICAL_F32;
            else f32[sp - 2] = r;
            continue;
          }
          case 0x97: { // f32.max
            sp -= 2;
            const r = Math.max(f32[sp - 2]!, f32[sp]!);
            if (r !== r) s32[sp - 2] = CANONICAL_F32;
            else f32[sp - 2] = r;
            continue;
          }
          case 0x61: // f64.eq
            sp -= 2;
            s32[sp - 2] = f64[(sp >> 1) - 1]! === f64[sp >> 1]! ? 1 : 0;
            continue;
          case 0x62: // f64.ne
            sp -= 2;
            s32[sp - 2] = f64[(sp >> 1) - 1]! !== f64[sp >> 1]! ? 1 : 0;
            continue;
          case 0x63: // f64.lt
            sp -= 2;
            s32[sp - 2] = f64[(sp >> 1) - 1]! < f64[sp >> 1]! ? 1 : 0;
            continue;
          case 0x64: // f64.gt
            sp -= 2;
            s32[sp - 2] = f64[(sp >> 1) - 1]! > f64[sp >> 1]! ? 1 : 0;
            continue;
          case 0x65: // f64.le
            sp -= 2;
            s32[sp - 2] = f64[(sp >> 1) - 1]! <= f64[sp >> 1]! ? 1 : 0;
            continue;
          case 0x66: // f64.ge
            sp -= 2;
            s32[sp - 2] = f64[(sp >> 1) - 1]! >= f64[sp >> 1]! ? 1 : 0;
            continue;
          case 0x99: // f64.abs
            s32[sp - 1] = s32[sp - 1]! & 0x7fff_ffff;
            continue;
          case 0x9a: // f64.neg
            s32[sp - 1] = s32[sp - 1]! ^ 0x8000_0000;
            continue;
          case 0xa6: // f64.copysign
            sp -= 2;
            s32[sp - 1] = (s32[sp - 1]! & 0x7fff_ffff) | (s32[sp + 1]! & 0x8000_0000);
            continue;
          case 0x9b: { // f64.ceil
            const r = Math.ceil(f64[(sp >> 1) - 1]!);
            if (r !== r) {
              s32[sp - 2] = 0;
              s32[sp - 1] = CANONICAL_F64_HIGH;
            } else f64[(sp >> 1) - 1] = r;
            continue;
          }
          case 0x9c: { // f64.floor
            const r = Math.floor(f64[(sp >> 1) - 1]!);
            if (r !== r) {
              s32[sp - 2] = 0;
              s32[sp - 1] = CANONICAL_F64_HIGH;
            } else f64[(sp >> 1) - 1] = r;
            continue;
          }
          case 0x9d: { // f64.trunc
            const r = Math.trunc(f64[(sp >> 1) - 1]!);
            if (r !== r) {
              s32[sp - 2] = 0;
              s32[sp - 1] = CANONICAL_F64_HIGH;
            } else f64[(sp >> 1) - 1] = r;
            continue;
          }
          case 0x9e: { // f64.nearest
            const r = numeric.nearest(f64[(sp >> 1) - 1]!);
            if (r !== r) {
              s32[sp - 2] = 0;
              s32[sp - 1] = CANONICAL_F64_HIGH;
            } else f64[(sp >> 1) - 1] = r;
            continue;
          }
          case 0x9f: { // f64.sqrt
            const r = Math.sqrt(f64[(sp >> 1) - 1]!);
            if (r !== r) {
              s32[sp - 2] = 0;
              s32[sp - 1] = CANONICAL_F64_HIGH;
            } else f64[(sp >> 1) - 1] = r;
            continue;
          }
          case 0xa0: { // f64.add
            sp -= 2;
            const r = f64[(sp >> 1) - 1]! + f64[sp >> 1]!;
            if (r !== r) {
              s32[sp - 2] = 0;
              s32[sp - 1] = CANONICAL_F64_HIGH;
            } else f64[(sp >> 1) - 1] = r;
            continue;
          }
          case 0xa1: { // f64.sub
            sp -= 2;
            const r = f64[(sp >> 1) - 1]! - f64[sp >> 1]!;
            if (r !== r) {
              s32[sp - 2] = 0;
              s32[sp - 1] = CANONICAL_F64_HIGH;
            } else f64[(sp >> 1) - 1] = r;
            continue;
          }
          case 0xa2: { // f64.mul
            sp -= 2;
            const r = f64[(sp >> 1) - 1]! * f64[sp >> 1]!;
            if (r !== r) {
              s32[sp - 2] = 0;
              s32[sp - 1] = CANONICAL_F64_HIGH;
            } else f64[(sp >> 1) - 1] = r;
            continue;
          }
          case 0xa3: { // f64.div
            sp -= 2;
            const r = f64[(sp >> 1) - 1]! / f64[sp >> 1]!;
            if (r !== r) {
              s32[sp - 2] = 0;
              s32[sp - 1] = CANONICAL_F64_HIGH;
            } else f64[(sp >> 1) - 1] = r;
            continue;
          }
          case 0xa4: { // f64.min
            sp -= 2;
            const r = Math.min(f64[(sp >> 1) - 1]!, f64[sp >> 1]!);
            if (r !== r) {
              s32[sp - 2] = 0;
              s32[sp - 1] = CANONICAL_F64_HIGH;
            } else f64[(sp >> 1) - 1] = r;
            continue;
          }
          case 0xa5: { // f64.max
            sp -= 2;
            const r = Math.max(f64[(sp >> 1) - 1]!, f64[sp >> 1]!);
            if (r !== r) {
              s32[sp - 2] = 0;
              s32[sp - 1] = CANONICAL_F64_HIGH;
            } else f64[(sp >> 1) - 1] = r;
            continue;
          }

          // --- Conversions -----------------------------------------------------------------------------
          case 0xa8: // i32.trunc_f32_s
            s32[sp - 2] = numeric.truncTo32s(f32[sp - 2]!);
            continue;
          case 0xae: // i64.trunc_f32_s
            s64[(sp >> 1) - 1] = numeric.truncTo64s(f32[sp - 2]!);
            continue;
          case 0x111: // i32.trunc_sat_f32_s
            s32[sp - 2] = numeric.saturateTo32s(f32[sp - 2]!);
            continue;
          case 0x115: // i64.trunc_sat_f32_s
            s64[(sp >> 1) - 1] = numeric.saturateTo64s(f32[sp - 2]!);
            continue;
          case 0xa9: // i32.trunc_f32_u
            s32[sp - 2] = numeric.truncTo32u(f32[sp - 2]!);
            continue;
          case 0xaf: // i64.trunc_f32_u
            s64[(sp >> 1) - 1] = numeric.truncTo64u(f32[sp - 2]!);
            continue;
          case 0x112: // i32.trunc_sat_f32_u
            s32[sp - 2] = numeric.saturateTo32u(f32[sp - 2]!);
            continue;
          case 0x116: // i64.trunc_sat_f32_u
            s64[(sp >> 1) - 1] = numeric.saturateTo64u(f32[sp - 2]!);
            continue;
          case 0xaa: // i32.trunc_f64_s
            s32[sp - 2] = numeric.truncTo32s(f64[(sp >> 1) - 1]!);
            continue;
          case 0xb0: // i64.trunc_f64_s
            s64[(sp >> 1) - 1] = numeric.truncTo64s(f64[(sp >> 1) - 1]!);
            continue;
          case 0x113: // i32.trunc_sat_f64_s
            s32[sp - 2] = numeric.saturateTo32s(f64[(sp >> 1) - 1]!);
            continue;
          case 0x117: // i64.trunc_sat_f64_s
            s64[(sp >> 1) - 1] = numeric.saturateTo64s(f64[(sp >> 1) - 1]!);
            continue;
          case 0xab: // i32.trunc_f64_u
            s32[sp - 2] = numeric.truncTo32u(f64[(sp >> 1) - 1]!);
            continue;
          case 0xb1: // i64.trunc_f64_u
            s64[(sp >> 1) - 1] = numeric.truncTo64u(f64[(sp >> 1) - 1]!);
            continue;
          case 0x114: // i32.trunc_sat_f64_u
            s32[sp - 2] = numeric.saturateTo32u(f64[(sp >> 1) - 1]!);
            continue;
          case 0x118: // i64.trunc_sat_f64_u
            s64[(sp >> 1) - 1] = numeric.saturateTo64u(f64[(sp >> 1) - 1]!);
            continue;
          case 0xb2: // f32.convert_i32_s
            f32[sp - 2] = s32[sp - 2]!;
            continue;
          case 0xb3: // f32.convert_i32_u
            f32[sp - 2] = s32[sp - 2]! >>> 0;
            continue;
          case 0xb4: // f32.convert_i64_s
            f32[sp - 2] = numeric.toF32(s64[(sp >> 1) - 1]!);
            continue;
          case 0xb5: // f32.convert_i64_u
            f32[sp - 2] = numeric.toF32(BigInt.asUintN(64, s64[(sp >> 1) - 1]!));
            continue;
          case 0xb6: { // f32.demote_f64
            const r = f64[(sp >> 1) - 1]!;
            if (r !== r) s32[sp - 2] = CANONICAL_F32;
            else f32[sp - 2] = r;
            continue;
          }
          case 0xb7: // f64.convert_i32_s
            f64[(sp >> 1) - 1] = s32[sp - 2]!;
            continue;
          case 0xb8: // f64.convert_i32_u
            f64[(sp >> 1) - 1] = s32[sp - 2]! >>> 0;
            continue;
          case 0xb9: // f64.convert_i64_s
            f64[(sp >> 1) - 1] = Number(s64[(sp >> 1) - 1]!);
            continue;
          case 0xba: // f64.convert_i64_u
            f64[(sp >> 1) - 1] = Number(BigInt.asUintN(64, s64[(sp >> 1) - 1]!));
            continue;
          case 0xbb: { // f64.promote_f32
            const r = f32[sp - 2]!;
            if (r !== r) {
              s32[sp - 2] = 0;
              s32[sp - 1] = CANONICAL_F64_HIGH;
            } else f64[(sp >> 1) - 1] = r;
            continue;
          }
          default:
            throw new Fault('I1', `word ${code[pc - 1]} at ${pc - 1} is no instruction`);
        }
      }
    }
    throw end === 'uncaught' ? new UncaughtException() : new Trap(end);
  } finally {
    // Whoever ran last knows best how much is left: fuel only ever falls.
    if (fuel < store.fuel) store.fuel = fuel;
  }
}

