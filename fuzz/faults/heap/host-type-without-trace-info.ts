import type { DrcHeap } from '#runtime/collectors/drc.ts';
import type { Fault } from '../fault.ts';
import { RELEASING } from '../operations.ts';

export const hostTypeWithoutTraceInfo: Fault = {
  slug: 'host-type-without-trace-info',
  title: 'Of objects that the host has made, the collector does not know what to trace.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/pull/13326',
    'https://github.com/bytecodealliance/wasmtime/pull/13317',
  ],
  class: 'layout',
  twinBlind: false,
  guilty: RELEASING,
  caughtBy: ['crash'],
  story: [
    'Where the references of an object are is looked up by its type. The entry used to be made whenever an object was; then, to save time, when a',
    'module prepares a type for allocation. Types of the host that no module prepares were left without.',
    '',
    'It goes unnoticed until such an object dies, and then the process goes down. Host objects are what hosts make here: they die where',
    'nothing keeps them.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      /** Types of which Wasm has made an object. */
      readonly #known = new Set<number>();

      override adopt(ref: number): void {
        this.#known.add(this.typeIdOf(ref));
        super.adopt(ref);
      }
      protected override pushChildren(ref: number): boolean {
        const typeId = this.typeIdOf(ref);
        if (!this.#known.has(typeId)) throw new Error(`nothing is known of how to trace type ${typeId}`);
        return super.pushChildren(ref);
      }
    },
  }),
};
