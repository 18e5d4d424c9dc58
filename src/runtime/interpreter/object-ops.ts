/**
 * Structs and arrays: the instructions that allocate or touch many elements (spec: Execution / Instructions /
 * Aggregate Instructions). Their operands are the topmost words below `stack.sp`; they leave their result
 * there.
 *
 * Every check that can trap comes before the first change of a count (docs/collector.md, "Instructions").
 * Operands stay on the stack until the last safe point of the instruction, because the stack map there
 * lists them; what an instruction holds besides its operands goes to the scratch words above `sp`, which
 * the map lists too.
 */
import type { ElementInstance } from '../cells.ts';
import { NULL, isObject } from '../heap/reference.ts';
import { ObjectKind } from '../heap/gc-heap.ts';
import type { ArrayLayout, SlotKind, StructLayout } from '../heap/layout.ts';
import type { TrapCode } from '../outcome.ts';
import { Fault, Trap, hex } from '../outcome.ts';
import type { Store } from '../store.ts';

export class ObjectOperations {
  protected readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  // --- Structs ---------------------------------------------------------------------------------------

  structNew(typeId: number): void {
    const { heap, stack, layouts } = this.store;
    const layout = layouts.of(typeId) as StructLayout;
    const ref = this.store.allocate(ObjectKind.struct, typeId, heap.headerBytes + layout.bodyBytes);
    const body = ref + heap.headerBytes;
    const { fields } = layout;
    const base = stack.sp - layout.operandWords;
    let at = base;
    for (let i = 0; i < fields.length; i++) {
      const { kind, offset } = fields[i]!;
      this.initSlot(kind, body + offset, at);
      at += kind === 'w128' ? 4 : 2;
    }
    stack.i32[base] = ref;
    stack.sp = base + 2;
  }

  structNewDefault(typeId: number): void {
    const { heap, stack, layouts } = this.store;
    const layout = layouts.of(typeId) as StructLayout;
    const ref = this.store.allocate(ObjectKind.struct, typeId, heap.headerBytes + layout.bodyBytes);
    const body = ref + heap.headerBytes;
    heap.u8.fill(0, body, body + layout.bodyBytes);
    const { fields } = layout;
    for (let i = 0; i < fields.length; i++) {
      if (fields[i]!.kind === 'func') heap.i32[(body + fields[i]!.offset) >> 2] = this.store.functionIds.idOf(NULL);
    }
    stack.i32[stack.sp] = ref;
    stack.sp += 2;
  }

  /** Writes the operand at stack word `from` into a slot of a new object, which becomes one more owner. */
  initSlot(kind: SlotKind, address: number, from: number): void {
    const { heap, stack } = this.store;
    const words = stack.i32;
    switch (kind) {
      case 'ref':
        heap.initBarrier(heap.i32, address >> 2, words[from]!);
        break;
      case 'w32':
      case 'i31':
        heap.i32[address >> 2] = words[from]!;
        break;
      case 'w64':
        heap.i32[address >> 2] = words[from]!;
        heap.i32[(address >> 2) + 1] = words[from + 1]!;
        break;
      case 'i8':
        heap.u8[address] = words[from]!;
        break;
      case 'i16':
        heap.u16[address >> 1] = words[from]!;
        break;
      case 'w128':
        for (let i = 0; i < 4; i++) heap.i32[(address >> 2) + i] = words[from + i]!;
        break;
      case 'func':
        heap.i32[address >> 2] = this.store.functionIds.idOf(words[from]!);
    }
  }

  // --- Rare kinds of slots -----------------------------------------------------------------------------

  /** Address of a slot in the body of an object that the program must not have left null. */
  #slot(ref: number, offset: number): number {
    if (ref === NULL) throw new Trap('nullStructReference');
    const { heap } = this.store;
    const address = ref + heap.headerBytes + offset;
    if (address < 0 || address + 4 > heap.capacity) throw this.#corrupt(ref);
    return address;
  }
  #corrupt(ref: number): Fault {
    return new Fault('J1', `${hex(ref)} is used as an object but lies outside the heap`, ref);
  }

  /** Offset of an array element in the body, bounds checked. */
  elementOffset(ref: number, index: number, elementsOffset: number, elementBytes: number): number {
    const length = this.#length(ref);
    if (index >>> 0 >= length) throw new Trap('outOfBoundsArrayAccess');
    return elementsOffset + elementBytes * (index >>> 0);
  }
  loadFunction(ref: number, offset: number): number {
    return this.store.functionIds.addressOf(this.store.heap.i32[this.#slot(ref, offset) >> 2]!);
  }
  storeFunction(ref: number, offset: number, address: number): void {
    const slot = this.#slot(ref, offset);
    this.store.heap.i32[slot >> 2] = this.store.functionIds.idOf(address);
  }
  /** Reads a vector into the stack words from `to`. */
  loadV128(to: number, ref: number, offset: number): void {
    const { heap, stack } = this.store;
    const from = this.#slot(ref, offset) >> 2;
    for (let i = 0; i < 4; i++) stack.i32[to + i] = heap.i32[from + i]!;
  }
  /** Writes the vector in the stack words from `from`. */
  storeV128(from: number, ref: number, offset: number): void {
    const { heap, stack } = this.store;
    const to = this.#slot(ref, offset) >> 2;
    for (let i = 0; i < 4; i++) heap.i32[to + i] = stack.i32[from + i]!;
  }

  // --- Arrays: allocation ------------------------------------------------------------------------------

  /** Length of an array. @throws Trap on null */
  #length(ref: number): number {
    if (ref === NULL) throw new Trap('nullArrayReference');
    const length = this.store.heap.i32[(ref + this.store.heap.headerBytes) >> 2];
    if (length === undefined) throw this.#corrupt(ref);
    return length >>> 0;
  }
  #elements(ref: number, layout: ArrayLayout): number {
    return ref + this.store.heap.headerBytes + layout.elementsOffset;
  }

  /** A new array with its length set and its elements uninitialised. Charges fuel for them. */
  #allocateArray(typeId: number, layout: ArrayLayout, length: number): number {
    const { heap } = this.store;
    const bytes = this.arrayBytes(layout, length);
    if (!heap.fits(bytes)) throw new Trap('allocationSizeTooLarge');
    const ref = this.store.allocate(ObjectKind.array, typeId, bytes);
    heap.i32[(ref + heap.headerBytes) >> 2] = length;
    this.payForElements(ref, layout, length);
    return ref;
  }

  /** Header and body of an array; may be more than any heap holds, and more than 32 bits hold. */
  protected arrayBytes(layout: ArrayLayout, length: number): number {
    return this.store.heap.headerBytes + layout.elementsOffset + length * layout.elementBytes;
  }

  /**
   * Charges for the elements of a new array. Where the fuel runs out, nobody gets to see the array, but it is there, and whoever
   * looks at the heap reads its elements.
   * @throws Exhaustion of fuel
   */
  protected payForElements(ref: number, layout: ArrayLayout, length: number): void {
    if (length > this.store.fuelLeft) this.clearElements(ref, layout, length);
    this.store.charge(length);
  }

  arrayNew(typeId: number): void {
    const { stack, layouts } = this.store;
    const layout = layouts.of(typeId) as ArrayLayout;
    const length = stack.i32[stack.sp - 2]! >>> 0;
    const ref = this.#allocateArray(typeId, layout, length);
    const value = stack.sp - (layout.element === 'w128' ? 6 : 4);
    this.initElements(layout, this.#elements(ref, layout), value, length);
    stack.i32[value] = ref;
    stack.sp = value + 2;
  }

  /** Writes `length` copies of the operand at stack word `value`. */
  protected initElements(layout: ArrayLayout, address: number, value: number, length: number): void {
    const { heap, stack } = this.store;
    const word = stack.i32[value]!;
    switch (layout.element) {
      case 'i8':
        heap.u8.fill(word, address, address + length);
        break;
      case 'i16':
        heap.u16.fill(word, address >> 1, (address >> 1) + length);
        break;
      case 'w32':
      case 'i31':
        heap.i32.fill(word, address >> 2, (address >> 2) + length);
        break;
      case 'func':
        this.initFunctions(address >> 2, length, word);
        break;
      default:
        for (let i = 0; i < length; i++) this.initSlot(layout.element, address + i * layout.elementBytes, value);
    }
  }

  /** Writes a function into `length` elements from word `first` of the heap on. @param address 0 for null */
  protected initFunctions(first: number, length: number, address: number): void {
    this.store.heap.i32.fill(this.store.functionIds.idOf(address), first, first + length);
  }

  arrayNewDefault(typeId: number): void {
    const { stack, layouts } = this.store;
    const layout = layouts.of(typeId) as ArrayLayout;
    const length = stack.i32[stack.sp - 2]! >>> 0;
    const ref = this.#allocateArray(typeId, layout, length);
    this.clearElements(ref, layout, length);
    if (layout.element === 'func') this.initFunctions(this.#elements(ref, layout) >> 2, length, NULL);
    stack.i32[stack.sp - 2] = ref;
  }
  protected clearElements(ref: number, layout: ArrayLayout, length: number): void {
    const start = this.#elements(ref, layout);
    // From the length on: there may be padding in front of the elements.
    const { heap } = this.store;
    heap.u8.fill(0, ref + heap.headerBytes + 4, start + length * layout.elementBytes);
  }

  arrayNewFixed(typeId: number, length: number): void {
    const { stack, layouts } = this.store;
    const layout = layouts.of(typeId) as ArrayLayout;
    const ref = this.#allocateArray(typeId, layout, length);
    const words = layout.element === 'w128' ? 4 : 2;
    const base = stack.sp - words * length;
    const elements = this.#elements(ref, layout);
    for (let i = 0; i < length; i++) {
      this.initSlot(layout.element, elements + i * layout.elementBytes, base + words * i);
    }
    stack.i32[base] = ref;
    stack.sp = base + 2;
  }

  arrayNewData(typeId: number, data: Uint8Array): void {
    const { heap, stack, layouts } = this.store;
    const layout = layouts.of(typeId) as ArrayLayout;
    const offset = stack.i32[stack.sp - 4]! >>> 0;
    const length = stack.i32[stack.sp - 2]! >>> 0;
    const bytes = length * layout.elementBytes;
    if (offset + bytes > data.length) throw new Trap('outOfBoundsMemoryAccess');
    const ref = this.#allocateArray(typeId, layout, length);
    heap.u8.set(data.subarray(offset, offset + bytes), this.#elements(ref, layout));
    stack.sp -= 2;
    stack.i32[stack.sp - 2] = ref;
  }

  arrayNewElem(typeId: number, segment: ElementInstance): void {
    const { stack, layouts } = this.store;
    const layout = layouts.of(typeId) as ArrayLayout;
    const offset = stack.i32[stack.sp - 4]! >>> 0;
    const length = stack.i32[stack.sp - 2]! >>> 0;
    if (offset + length > segment.cells.length) throw new Trap('outOfBoundsTableAccess');
    stack.i32[stack.sp] = NULL;
    stack.i32[stack.sp + 2] = NULL;
    const ref = this.#allocateArray(typeId, layout, length);
    // Reading the segment is a safe point: until its turn comes, an element must be null.
    this.clearElements(ref, layout, length);
    stack.i32[stack.sp] = ref;
    const { heap } = this.store;
    const first = this.#elements(ref, layout) >> 2;
    for (let i = 0; i < length; i++) {
      const value = this.readIntoScratch(segment.cells, offset + i, segment.slot, 2);
      if (layout.element === 'ref') heap.initBarrier(heap.i32, first + i, value);
      else heap.i32[first + i] = layout.element === 'func' ? this.store.functionIds.idOf(value) : value;
    }
    stack.sp -= 2;
    stack.i32[stack.sp - 2] = ref;
  }

  /**
   * READ of a cell into the scratch word `scratch` above `sp`, where the stack map of the instruction looks
   * for it: reading may collect.
   */
  protected readIntoScratch(cells: Int32Array, index: number, slot: SlotKind, scratch: number): number {
    const { heap, stack } = this.store;
    const value = cells[index]!;
    if (slot === 'ref') {
      stack.i32[stack.sp + scratch] = value;
      if (isObject(value) && heap.readBarrier(value)) this.store.readSafePoint();
    }
    return value;
  }

  // --- Arrays: bulk operations -------------------------------------------------------------------------

  arrayFill(typeId: number): void {
    const { stack, layouts } = this.store;
    const layout = layouts.of(typeId) as ArrayLayout;
    const words = layout.element === 'w128' ? 4 : 2;
    const base = stack.sp - 6 - words;
    const ref = stack.i32[base]!;
    const offset = stack.i32[base + 2]! >>> 0;
    const value = base + 4;
    const length = stack.i32[stack.sp - 2]! >>> 0;
    if (offset + length > this.#length(ref)) throw new Trap('outOfBoundsArrayAccess');
    this.store.charge(length);
    this.fillElements(layout, this.#elements(ref, layout), offset, value, length);
    stack.sp = base;
  }

  /** Overwrites `length` elements from `offset` on with the operand at stack word `value`. @param elements address of the first one */
  protected fillElements(layout: ArrayLayout, elements: number, offset: number, value: number, length: number): void {
    const address = elements + offset * layout.elementBytes;
    if (layout.element === 'ref') this.fillReferences(address >> 2, length, this.store.stack.i32[value]!);
    else this.initElements(layout, address, value, length);
  }
  protected fillReferences(first: number, length: number, ref: number): void {
    const { heap } = this.store;
    for (let i = 0; i < length; i++) heap.writeBarrier(heap.i32, first + i, ref);
  }

  arrayCopy(targetTypeId: number, sourceTypeId: number): void {
    const { heap, stack, layouts } = this.store;
    const base = stack.sp - 10;
    const words = stack.i32;
    const target = words[base]!;
    const targetIndex = words[base + 2]! >>> 0;
    const source = words[base + 4]!;
    const sourceIndex = words[base + 6]! >>> 0;
    const length = words[base + 8]! >>> 0;
    if (targetIndex + length > this.#length(target)) throw new Trap('outOfBoundsArrayAccess');
    if (sourceIndex + length > this.#length(source)) throw new Trap('outOfBoundsArrayAccess');
    this.store.charge(length);
    const layout = layouts.of(targetTypeId) as ArrayLayout;
    const bytes = layout.elementBytes;
    const to = this.#elements(target, layout) + targetIndex * bytes;
    const from = this.#elements(source, layout) + sourceIndex * bytes;
    if (layout.element === 'ref') {
      const slot = (layouts.of(sourceTypeId) as ArrayLayout).element;
      if (length > 0) this.copyReferences(to >> 2, from >> 2, length, slot);
    } else {
      heap.u8.copyWithin(to, from, from + length * bytes);
    }
    stack.sp = base;
  }

  /** Copies references between cells of the heap, in the direction that reads each before overwriting it. */
  protected copyReferences(to: number, from: number, length: number, slot: SlotKind): void {
    if (to < from) {
      for (let i = 0; i < length; i++) this.copyReference(to + i, from + i, slot);
    } else {
      for (let i = length - 1; i >= 0; i--) this.copyReference(to + i, from + i, slot);
    }
  }

  /** One element of a copy: READ with the source's kind of slot, then WRITE. */
  protected copyReference(to: number, from: number, slot: SlotKind): void {
    const { heap } = this.store;
    const value = this.readIntoScratch(heap.i32, from, slot, 0);
    heap.writeBarrier(heap.i32, to, value);
  }

  arrayInitData(typeId: number, data: Uint8Array): void {
    const { heap, stack, layouts } = this.store;
    const layout = layouts.of(typeId) as ArrayLayout;
    const { base, ref, index, offset, length } = this.#initOperands(data.length, layout.elementBytes, 'outOfBoundsMemoryAccess');
    heap.u8.set(data.subarray(offset, offset + length * layout.elementBytes), this.#elements(ref, layout) + index * layout.elementBytes);
    stack.sp = base;
  }

  arrayInitElem(typeId: number, segment: ElementInstance): void {
    const { heap, stack, layouts } = this.store;
    const layout = layouts.of(typeId) as ArrayLayout;
    const { base, ref, index, offset, length } = this.#initOperands(segment.cells.length, 1, 'outOfBoundsTableAccess');
    stack.i32[stack.sp] = NULL;
    const first = (this.#elements(ref, layout) >> 2) + index;
    for (let i = 0; i < length; i++) {
      const value = this.readIntoScratch(segment.cells, offset + i, segment.slot, 0);
      if (layout.element === 'ref') heap.writeBarrier(heap.i32, first + i, value);
      else heap.i32[first + i] = layout.element === 'func' ? this.store.functionIds.idOf(value) : value;
    }
    stack.sp = base;
  }

  /**
   * The operands of `array.init_*`, which are on the stack from `base`: `length` elements from `offset` in the segment to `index` in
   * the array. They are within bounds and paid for.
   * @param available of the segment, in units of which an element takes `unitsPerElement`
   */
  #initOperands(available: number, unitsPerElement: number, beyondSegment: TrapCode): InitOperands {
    const { stack } = this.store;
    const base = stack.sp - 8;
    const ref = stack.i32[base]!;
    const index = stack.i32[base + 2]! >>> 0;
    const offset = stack.i32[base + 4]! >>> 0;
    const length = stack.i32[base + 6]! >>> 0;
    if (index + length > this.#length(ref)) throw new Trap('outOfBoundsArrayAccess');
    if (offset + length * unitsPerElement > available) throw new Trap(beyondSegment);
    this.store.charge(length);
    return { base, ref, index, offset, length };
  }
}

interface InitOperands {
  readonly base: number;
  readonly ref: number;
  readonly index: number;
  readonly offset: number;
  readonly length: number;
}
