/** The parts of a runtime under observation: a copy of `drc` of its own, so that the copy that hunts stays as fast as it is. */
import type { DrcHeap } from '#runtime/collectors/drc.ts';
import type { CatchClause } from '#runtime/compile/compiled.ts';
import type { HostFunction } from '#runtime/function.ts';
import { ObjectKind } from '#runtime/heap/gc-heap.ts';
import { isI31 } from '#runtime/heap/reference.ts';
import type { Parts } from '#runtime/parts.ts';
import type { Value } from '#runtime/value.ts';
import type { ValType } from '#wasm/syntax/types.ts';
import { eventId } from './events.ts';
import { observingHeap } from './observing-heap.ts';
import type { Probe } from './probe.ts';

const HOST_CALL = eventId('host call');
const NESTED = eventId('host call nested');
const THROWS = eventId('host call throws');
const TO_HOST_NULL = eventId('to host null');
const TO_HOST_I31 = eventId('to host i31');
const TO_HOST_FUNCTION = eventId('to host function');
const TO_HOST_OBJECT: ReadonlyMap<number, number> = new Map([
  [ObjectKind.struct, eventId('to host struct')],
  [ObjectKind.array, eventId('to host array')],
  [ObjectKind.exn, eventId('to host exception')],
  [ObjectKind.extern, eventId('to host extern')],
]);
const FROM_HOST: ReadonlyMap<Value['kind'], number> = new Map([
  ['null', eventId('from host null')],
  ['i31', eventId('from host i31')],
  ['func', eventId('from host function')],
  ['object', eventId('from host object')],
]);
const REPLACES_PENDING = eventId('throw replaces pending');
const SAME_FRAME = eventId('caught in same frame');
const FURTHER_OUT = eventId('caught further out');
const NOT_CAUGHT = eventId('not caught');
const LANDING = { catch: eventId('landing catch'), all: eventId('landing catch_all') };
const LANDING_REF = { catch: eventId('landing catch_ref'), all: eventId('landing catch_all_ref') };

/** @param parts of `drc`, healthy or not */
export function observingParts(parts: Parts, probe: Probe): Parts {
  return {
    ...parts,
    Heap: observingHeap(parts.Heap as typeof DrcHeap, probe),
    HostBoundary: class extends parts.HostBoundary {
      protected override valueToHost(type: ValType, words: Int32Array, at: number): Value {
        const value = super.valueToHost(type, words, at);
        if (value.kind === 'null') probe.note(TO_HOST_NULL);
        else if (value.kind === 'func') probe.note(TO_HOST_FUNCTION);
        return value;
      }
      override refToHost(ref: number): Value {
        probe.note(isI31(ref) ? TO_HOST_I31 : (TO_HOST_OBJECT.get(this.store.heap.kindOf(ref)) ?? HOST_CALL));
        return super.refToHost(ref);
      }
      override writeValue(value: Value, words: Int32Array, at: number): void {
        const event = FROM_HOST.get(value.kind);
        if (event !== undefined) probe.note(event);
        super.writeValue(value, words, at);
      }
      override callHost(callee: HostFunction): boolean {
        probe.note(this.store.activations > 1 ? NESTED : HOST_CALL);
        const { kind } = probe;
        const threw = super.callHost(callee);
        probe.kind = kind;
        if (threw) probe.note(THROWS);
        return threw;
      }
    },
    ExceptionOperations: class extends parts.ExceptionOperations {
      override setPending(ref: number): void {
        if (this.store.pendingException[0] !== 0) probe.note(REPLACES_PENDING);
        super.setPending(ref);
      }
      override unwind(base: number): boolean {
        const { depth } = this.store.stack;
        const caught = super.unwind(base);
        probe.note(!caught ? NOT_CAUGHT : this.store.stack.depth === depth ? SAME_FRAME : FURTHER_OUT);
        return caught;
      }
      protected override land(clause: CatchClause): void {
        const events = clause.withRef ? LANDING_REF : LANDING;
        probe.note(clause.tag < 0 ? events.all : events.catch);
        super.land(clause);
      }
    },
  };
}
