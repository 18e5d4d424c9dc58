/**
 * Why a collection overlooks references that stacks hold.
 *
 * It goes by stack maps, and a map is wrong where it was made: for the result of some instruction, or for a whole kind of place. One
 * reference that is overlooked does not tell. So at every safe point of the run each reference on the stacks is looked up in the maps, and
 * the trait that best sets the overlooked apart from the others is taken (by Ochiai's coefficient, as bugs are located by what failing
 * and passing tests execute).
 */
import type { Prepared } from '#fuzz/engines/prepare.ts';
import type { EngineOptions } from '#fuzz/engines/run.ts';
import { Run } from '#fuzz/engines/run.ts';
import type { Program } from '#fuzz/program/program.ts';
import { frameSlots } from '#runtime/audit/frame-types.ts';
import { instructionAt } from '#runtime/compile/compiled.ts';
import type { WasmFunction } from '#runtime/function.ts';
import { isObject } from '#runtime/heap/reference.ts';
import type { Parts } from '#runtime/parts.ts';
import type { Follower, Store } from '#runtime/store.ts';
import type { Trait } from './traits.ts';
import { traitsOf } from './traits.ts';

export interface LostRoots extends Trait {
  /** Places of the program, each with an instruction and a slot, where references of the trait were overlooked, and where they were not. */
  readonly lost: number;
  readonly found: number;
  /** Places where references without the trait were overlooked. */
  readonly others: number;
}

/** Whether references with a trait are overlooked. */
interface Tally {
  readonly trait: Trait;
  readonly rank: number;
  readonly lost: Set<string>;
  readonly found: Set<string>;
}

/** By frame: locations that the walker has asked for, in words from the frame pointer. */
type Mapped = Map<number, Set<number>>;

/** A walker that notes what the one that it is made of goes by. */
function notingWalker(Base: Parts['StackWalker'], mapped: Mapped): Parts['StackWalker'] {
  return class extends Base {
    #locations = new Set<number>();

    #note(locations: Int32Array): Int32Array {
      for (const location of locations) this.#locations.add(location);
      return locations;
    }
    protected override visitFrame(depth: number, visit: (ref: number) => void): void {
      mapped.set(depth, (this.#locations = new Set()));
      super.visitFrame(depth, visit);
    }
    protected override localsAt(fn: WasmFunction, pc: number): Int32Array {
      return this.#note(super.localsAt(fn, pc));
    }
    protected override stackMapAt(fn: WasmFunction, pc: number): Int32Array {
      return this.#note(super.stackMapAt(fn, pc));
    }
  };
}

class Surveyor implements Follower {
  readonly tallies = new Map<string, Tally>();
  readonly lost = new Set<string>();
  readonly #store: Store;
  readonly #mapped: Mapped;

  constructor(store: Store, mapped: Mapped) {
    this.#store = store;
    this.#mapped = mapped;
  }

  instruction(): void {}
  collection(): void {
    this.safePoint();
  }
  safePoint(): void {
    this.#mapped.clear();
    this.#store.walker.roots(() => {});
    for (let depth = 0; depth <= this.#store.stack.depth; depth++) this.#survey(depth);
  }
  #survey(depth: number): void {
    const { functions, pcs, fps, i32 } = this.#store.stack;
    const [fn, pc] = [functions[depth]!, pcs[depth]!];
    for (const slot of frameSlots(fn, pc)) {
      if (!isObject(i32[fps[depth]! + slot.location]!)) continue;
      const place = `${fn.address} ${pc === fn.code.entry ? 'entry' : instructionAt(fn.code, pc)} ${slot.location}`;
      this.#count(place, this.#mapped.get(depth)?.has(slot.location) !== true, traitsOf(fn, pc, slot));
    }
  }
  #count(place: string, isLost: boolean, traits: readonly Trait[]): void {
    if (isLost) this.lost.add(place);
    for (const [rank, trait] of traits.entries()) {
      const tally = this.tallies.get(trait.text) ?? { trait, rank, lost: new Set(), found: new Set() };
      this.tallies.set(trait.text, tally);
      (isLost ? tally.lost : tally.found).add(place);
    }
  }
}

/**
 * @param parts of `drc`, healthy or not
 * @returns undefined when the maps have everything
 */
export function surveyRoots(program: Program, prepared: Prepared, parts: Parts, options: EngineOptions): LostRoots | undefined {
  const mapped: Mapped = new Map();
  const run = new Run(program, prepared, { ...parts, StackWalker: notingWalker(parts.StackWalker, mapped) }, options);
  const surveyor = new Surveyor(run.store, mapped);
  run.store.follow(surveyor);
  run.run();
  const total = surveyor.lost.size;
  const scored = [...surveyor.tallies.values()].map((tally) => ({ ...tally, score: tally.lost.size / Math.sqrt(total * (tally.lost.size + tally.found.size)) }));
  const [best] = scored.sort((a, b) => b.score - a.score || a.rank - b.rank);
  return total === 0 || best === undefined ? undefined : { ...best.trait, lost: best.lost.size, found: best.found.size, others: total - best.lost.size };
}
