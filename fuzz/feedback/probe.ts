/** Where the observing parts of a run note what they see: the coverage map, and which instruction is under way. */
import type { CallStack } from '#runtime/interpreter/call-stack.ts';
import type { CoverageMap } from './coverage.ts';
import { HOST_KIND } from './events.ts';

export class Probe {
  readonly #map: CoverageMap;
  #stack: CallStack | undefined;
  /** Kind of the last instruction that began. */
  kind: number = HOST_KIND;

  constructor(map: CoverageMap) {
    this.#map = map;
  }

  /** @param stack of the store that runs; without frames the host is at work, and no instruction */
  begin(stack: CallStack): void {
    this.#stack = stack;
    this.kind = HOST_KIND;
  }

  note(event: number): void {
    this.#map.hit(this.#stack!.depth < 0 ? HOST_KIND : this.kind, event);
  }
  noteOf(kind: number, event: number): void {
    this.#map.hit(kind, event);
  }
}
