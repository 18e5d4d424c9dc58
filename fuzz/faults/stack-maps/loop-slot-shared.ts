import type { WasmFunction } from '#runtime/function.ts';
import type { Fault } from '../fault.ts';
import { localUses, usesIn } from './local-uses.ts';
import { momentAt } from './moment.ts';

/** Locations of the locals that share a slot at an instruction: the one that is lost, and the one that is there instead. */
function sharedSlot(fn: WasmFunction, index: number): readonly [lost: number, found: number] | undefined {
  const text = localUses(fn);
  const loop = text.loops.find(({ start, end }) => start < index && index < end);
  if (loop === undefined) return undefined;
  const uses = usesIn(loop, text).filter(({ local }) => fn.code.refLocals.includes(text.locations[local]!));
  const written = new Set(uses.filter(({ kind }) => kind === 'write').map(({ local }) => local));
  const late = uses.findLast(({ at, kind }) => at < index && kind === 'write');
  const early = uses.find(({ at, local }) => at < (late?.at ?? 0) && !written.has(local) && uses.every((use) => use.local !== local || use.at < index));
  return late && early && [text.locations[early.local]!, text.locations[late.local]!];
}

export const loopSlotShared: Fault = {
  slug: 'loop-slot-shared',
  title: 'Two references whose lives only meet across the back edge of a loop share a slot.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/13480',
    'https://github.com/bytecodealliance/wasmtime/pull/13498',
  ],
  class: 'stack maps',
  twinBlind: false,
  guilty: ['loop'],
  caughtBy: ['differential', 'scheduleInvariance', 'assertion', 'stackScan', 'heapIntegrity', 'poison', 'audit', 'crash'],
  story: [
    'Around a safe point references are kept in slots of the frame, and two of them may share one if they are not alive at the same',
    'time. One local is set before a loop and read at the start of its body, another is set later in the body. Within one round the',
    'second begins when the first has been read for the last time; but the first is needed again in the next round.',
    '',
    'Here a collection at such a place puts the second local into the first. From then on the program reads the wrong object, which is as',
    'alive as can be: no count and no list is wrong. Where the types differ, more may happen. Loops that end after one round are right.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    StackWalker: class extends parts.StackWalker {
      protected override visitFrame(depth: number, visit: (ref: number) => void): void {
        const { functions, pcs, fps, i32 } = this.store.stack;
        const fn = functions[depth]!;
        const shared = sharedSlot(fn, momentAt(fn, pcs[depth]!).index);
        if (shared !== undefined) i32[fps[depth]! + shared[0]] = i32[fps[depth]! + shared[1]]!;
        super.visitFrame(depth, visit);
      }
    },
  }),
};
