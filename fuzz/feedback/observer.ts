/**
 * Looks at each instruction of a run before it executes: which one it is, and what its operands are to each other. What the
 * instruction then does, the observing parts note.
 */
import type { CompiledFunction, CompiledModule } from '#runtime/compile/compiled.ts';
import { code } from '#runtime/compile/code.ts';
import { COUNT_WORD, LISTED } from '#runtime/heap/drc-header.ts';
import type { ArrayLayout } from '#runtime/heap/layout.ts';
import { isI31, isObject } from '#runtime/heap/reference.ts';
import type { CollectionTrigger, Follower, Store } from '#runtime/store.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { ObjectKind } from '#runtime/heap/gc-heap.ts';
import { aliasWays, copyOperandsOf } from './copy-operands.ts';
import { COPY_RELATIONS, COPY_SIZES, ELEMENT_STATES, HOST_KIND, IN_CONSTANT, LATER_KIND, eventId, kindOfOpcode } from './events.ts';
import type { Probe } from './probe.ts';

const EXECUTED = eventId('executed');
const READ_NULL = eventId('read null');
const READ_I31 = eventId('read i31');
const COPY = eventId('copy identical');
const COPY_ELEMENT = eventId('copy identical: null');
const COPY_SIZE = eventId('copy within array of 0');
/** Lower ends of the ranges of lengths. */
const SIZE_RANGES = [0, 1, 2, 16, 1024];
const MIXED = eventId('copy of null, i31 and objects');
const OF_ARRAYS = eventId('copy of arrays');
const TWO_TYPES = eventId('self-copy between two types');
const AFTER_COLLECTION = eventId('self-copy after a collection');
const AROUND_COLLECTION = eventId('self-copy around a collection');
const BEFORE_COLLECTION = eventId('self-copy before a collection');
const CAST = eventId('cast null fails');
const TRIGGER: Readonly<Record<CollectionTrigger, number>> = {
  host: eventId('collection by host'),
  entry: eventId('collection by entry'),
  zeal: eventId('collection by zeal'),
  schedule: eventId('collection by schedule'),
  allocZeal: eventId('collection by allocZeal'),
  exhaustion: eventId('collection by exhaustion'),
  threshold: eventId('collection by threshold'),
};
/**
 * Instructions of a step that are looked at one by one. A loop that runs longer has shown what it does: what the parts note
 * after that counts for no instruction in particular.
 */
const SEEN = 1000;
/** How many instructions pass then before the observer looks whether another step has begun. */
const UNSEEN = 255;
/** Elements of a copy that are looked at. */
const MAX_ELEMENTS = 2048;

type Relation = (typeof COPY_RELATIONS)[number];
const RELATION = Object.fromEntries(COPY_RELATIONS.map((name, i) => [name, i])) as Readonly<Record<Relation, number>>;
type ElementState = (typeof ELEMENT_STATES)[number];
const STATE = Object.fromEntries(ELEMENT_STATES.map((name, i) => [name, i])) as Readonly<Record<ElementState, number>>;

// --- Instructions by pc ------------------------------------------------------------------------------------

/** What a compiled module executes at each pc. */
interface InstructionMap {
  /** Kind by pc; -1 where no instruction begins. */
  readonly kinds: Int16Array;
  /** Kind of the conversion right before it, which has no code of its own, or -1. */
  readonly conversions: Int16Array;
  /** 1 where an instruction pushes the target of an `array.copy`. */
  readonly pushesTarget: Uint8Array;
  /** Of each `array.copy`, the events that tell by which ways its arrays came. */
  readonly ways: ReadonlyMap<number, readonly number[]>;
}
const maps = new WeakMap<CompiledModule, InstructionMap>();

function mapOf(compiled: CompiledModule): InstructionMap {
  let map = maps.get(compiled);
  if (map === undefined) maps.set(compiled, (map = mapInstructions(compiled)));
  return map;
}

function mapInstructions(compiled: CompiledModule): InstructionMap {
  const { functions, globals, tables, elements, elementOffsets, dataOffsets } = compiled;
  const kinds = new Int16Array(compiled.code.length).fill(-1);
  const conversions = new Int16Array(compiled.code.length).fill(-1);
  const pushesTarget = new Uint8Array(compiled.code.length);
  const ways = new Map<number, readonly number[]>();
  const enter = (fn: CompiledFunction | undefined): void => {
    if (fn === undefined) return;
    const { positions, expr } = fn;
    const copies = copyOperandsOf(fn, compiled.context);
    const targets = new Set([...copies.values()].map(({ target }) => target));
    const offset = fn.role.kind === 'function' ? 0 : IN_CONSTANT;
    for (let i = 0; i < positions.length; i += 2) {
      const index = positions[i + 1]!;
      const instruction = expr[index];
      // What comes behind the last one is the return that the compiler adds.
      if (instruction === undefined) continue;
      kinds[positions[i]!] = kindOfOpcode[instruction.op]! + offset;
      if (targets.has(index)) pushesTarget[positions[i]!] = 1;
      const copy = copies.get(index);
      if (copy !== undefined) ways.set(positions[i]!, aliasWays(expr, copy).map((way) => eventId(`self-copy through ${way}`)));
      const before = expr[index - 1]?.op;
      if (before === Op['any.convert_extern'] || before === Op['extern.convert_any']) {
        conversions[positions[i]!] = kindOfOpcode[before]! + offset;
      }
    }
  };
  for (const list of [functions, globals, tables, elements.flat(), elementOffsets, dataOffsets]) list.forEach(enter);
  return { kinds, conversions, pushesTarget, ways };
}

// --- The observer ------------------------------------------------------------------------------------------

export class Observer implements Follower {
  readonly #store: Store;
  readonly #probe: Probe;
  #compiled: CompiledModule | undefined;
  #map: InstructionMap | undefined;
  /** Depth of the frame whose last instruction reads a reference, or -1. */
  #readAt = -1;
  #seen = 0;
  /** Instructions that were looked at in the whole run: the time. */
  #time = 0;
  /** When a collection began last, and when the target of a copy was pushed last; 0 is never. */
  #collectedAt = 0;
  #targetAt = 0;
  /** Whether an array has been copied onto itself since the last collection. */
  #copied = false;

  constructor(store: Store, probe: Probe) {
    this.#store = store;
    this.#probe = probe;
  }

  instruction(): number {
    if (++this.#seen > SEEN) {
      this.#readAt = -1;
      this.#probe.kind = LATER_KIND;
      return UNSEEN;
    }
    this.#time++;
    if (this.#readAt >= 0) this.#noteRead(this.#store.stack.depth);
    this.#begin();
    this.#operands();
    return 0;
  }

  /** Finds out which instruction begins. */
  #begin(): void {
    const { stack } = this.#store;
    const { depth } = stack;
    const { compiled } = stack.functions[depth]!.instance;
    const pc = stack.pcs[depth]!;
    if (compiled !== this.#compiled) {
      this.#compiled = compiled;
      this.#map = mapOf(compiled);
    }
    const { kinds, conversions, pushesTarget } = this.#map!;
    if (pushesTarget[pc - 1] === 1) this.#targetAt = this.#time;
    const conversion = conversions[pc - 1]!;
    if (conversion >= 0) this.#probe.noteOf(conversion, EXECUTED);
    // A word that continues an instruction, for example a branch that the compiler has added, belongs to the last one.
    const kind = kinds[pc - 1]!;
    if (kind >= 0) {
      this.#probe.kind = kind;
      this.#probe.note(EXECUTED);
    }
  }

  /** After a read that entered an object in the list, which the barrier has seen, or between calls. */
  safePoint(): void {
    this.#readAt = -1;
    if (this.#store.stack.depth < 0) this.#seen = 0;
  }

  collection(trigger: CollectionTrigger): void {
    if (trigger === 'entry') this.#probe.noteOf(HOST_KIND, TRIGGER[trigger]);
    else this.#probe.note(TRIGGER[trigger]);
    this.#collectedAt = this.#time;
    if (this.#copied) this.#probe.note(BEFORE_COLLECTION);
    this.#copied = false;
  }

  /** Barriers see objects only: what a read of null or i31 left on the stack is seen when it is over. */
  #noteRead(depth: number): void {
    const { i32, sp } = this.#store.stack;
    if (depth === this.#readAt) {
      const ref = i32[sp - 2]!;
      if (ref === 0) this.#probe.note(READ_NULL);
      else if (isI31(ref)) this.#probe.note(READ_I31);
    }
    this.#readAt = -1;
  }

  #operands(): void {
    const { depth, pcs } = this.#store.stack;
    const words = this.#compiled!.code;
    const pc = pcs[depth]!;
    switch (words[pc - 1]) {
      case code['global.get ref']:
      case code['table.get ref']:
      case code['struct.get ref']:
      case code['array.get ref']:
        this.#readAt = depth;
        return;
      case code['array.copy']:
        this.#arrayCopy(words[pc]!, words[pc + 1]!);
        return;
      case code['table.copy']:
        this.#tableCopy(words[pc]!, words[pc + 1]!);
        return;
      case code['ref.test']:
      case code['ref.cast']:
        this.#cast(words[pc]!, words[pc + 1]!);
        return;
      case code.br_on_cast:
      case code.br_on_cast_fail:
        this.#cast(words[pc + 3]!, words[pc + 4]!);
    }
  }

  #cast(heapType: number, flags: number): void {
    const { i32, sp } = this.#store.stack;
    const ref = i32[sp - 2]!;
    const kind = ref === 0 ? 0 : isI31(ref) ? 1 : 2;
    this.#probe.note(CAST + 2 * kind + (this.#store.operations.references.matches(ref, heapType, flags) ? 1 : 0));
  }

  #arrayCopy(targetType: number, sourceType: number): void {
    const { stack, heap, layouts } = this.#store;
    const { i32, sp } = stack;
    const [target, to, source, from, length] = [i32[sp - 10]!, i32[sp - 8]! >>> 0, i32[sp - 6]!, i32[sp - 4]! >>> 0, i32[sp - 2]! >>> 0];
    if (target === 0 || source === 0) return this.#probe.note(COPY + RELATION['of null']);
    const lengthOf = (ref: number): number => heap.i32[(ref + heap.headerBytes) >> 2]! >>> 0;
    const inBounds = to + length <= lengthOf(target) && from + length <= lengthOf(source);
    const between = targetType === sourceType ? 'between two of one type' : 'between two types';
    const relation = inBounds ? relationOf(to, from, length, target === source ? undefined : between) : 'out of bounds';
    if (target === source && inBounds) this.#copyWithin(lengthOf(target), length, targetType !== sourceType);
    const layout = layouts.of(sourceType) as ArrayLayout;
    const first = (source + heap.headerBytes + layout.elementsOffset) >> 2;
    this.#copy(relation, heap.i32, first + from, inBounds && layout.element === 'ref' ? length : 0, source);
  }

  /** An array is copied onto itself. */
  #copyWithin(arrayLength: number, length: number, twoTypes: boolean): void {
    let size = 0;
    while (size + 1 < COPY_SIZES.length && SIZE_RANGES[size + 1]! <= arrayLength) size++;
    this.#probe.note(COPY_SIZE + size);
    if (length === 0) return;
    const { depth, pcs } = this.#store.stack;
    for (const way of this.#map!.ways.get(pcs[depth]! - 1) ?? []) this.#probe.note(way);
    if (twoTypes) this.#probe.note(TWO_TYPES);
    if (this.#collectedAt > 0) this.#probe.note(AFTER_COLLECTION);
    if (this.#collectedAt > this.#targetAt) this.#probe.note(AROUND_COLLECTION);
    this.#copied = true;
  }

  #tableCopy(targetIndex: number, sourceIndex: number): void {
    const { stack } = this.#store;
    const { i32, sp, depth } = stack;
    const { tables } = stack.functions[depth]!.instance;
    const target = tables[targetIndex]!;
    const source = tables[sourceIndex]!;
    const [to, from, length] = [i32[sp - 6]! >>> 0, i32[sp - 4]! >>> 0, i32[sp - 2]! >>> 0];
    const inBounds = to + length <= target.length && from + length <= source.length;
    const relation = inBounds ? relationOf(to, from, length, target === source ? undefined : 'between two of one type') : 'out of bounds';
    this.#copy(relation, source.cells, from, inBounds && source.slot === 'ref' ? length : 0, 0);
  }

  /** @param holder the array that is copied from, or 0 */
  #copy(relation: Relation, cells: Int32Array, from: number, length: number, holder: number): void {
    this.#probe.note(COPY + RELATION[relation]);
    const first = COPY_ELEMENT + RELATION[relation] * ELEMENT_STATES.length;
    let [nulls, i31s, objects, arrays] = [false, false, false, false];
    for (let i = 0; i < Math.min(length, MAX_ELEMENTS); i++) {
      const ref = cells[from + i]!;
      this.#probe.note(first + STATE[this.#stateOf(ref, holder)]);
      if (ref === 0) nulls = true;
      else if (isI31(ref)) i31s = true;
      else objects = true;
      arrays ||= isObject(ref) && this.#store.heap.kindOf(ref) === ObjectKind.array;
    }
    if (nulls && i31s && objects) this.#probe.note(MIXED);
    if (arrays) this.#probe.note(OF_ARRAYS);
  }
  #stateOf(ref: number, holder: number): ElementState {
    if (!isObject(ref)) return ref === 0 ? 'null' : 'i31';
    if (ref === holder) return 'the array itself';
    const { i32 } = this.#store.heap;
    const listed = i32[ref >> 2]! & LISTED;
    const slots = i32[(ref >> 2) + COUNT_WORD]! - listed;
    if (slots > 1) return 'owned by several slots';
    return listed === 0 ? 'owned by its slot' : 'owned by slot and stack';
  }
}

/** @param between what to say of two different arrays or tables; undefined for one and the same */
function relationOf(to: number, from: number, length: number, between: Relation | undefined): Relation {
  if (length === 0) return 'empty';
  if (between !== undefined) return between;
  const distance = Math.abs(to - from);
  if (distance === 0) return 'identical';
  if (distance < length) return to > from ? 'forward overlap' : 'backward overlap';
  return distance === length ? 'adjacent' : 'apart';
}
