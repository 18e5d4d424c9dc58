/**
 * Exceptions (spec: Execution / Instructions / throw, throw_ref, try_table).
 *
 * An exception is an object of the heap. While it looks for its handler it sits in the store's pending slot,
 * which owns one count; that is also where the host finds an exception nobody caught. Catching moves the
 * count from the slot to the stack roots.
 */
import type { TagInstance } from '../cells.ts';
import type { CatchClause, Handler } from '../compile/compiled.ts';
import { ObjectKind } from '../heap/gc-heap.ts';
import type { ExceptionLayout } from '../heap/layout.ts';
import { NULL, isObject } from '../heap/reference.ts';
import { Fault, Trap, hex } from '../outcome.ts';
import type { Store } from '../store.ts';

export class ExceptionOperations {
  protected readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** `throw`: allocates an exception with the topmost operands as payload and makes it pending. */
  throwNew(tag: TagInstance): void {
    const { heap, stack } = this.store;
    const layout = this.store.layouts.of(tag.typeId) as ExceptionLayout;
    const ref = this.store.allocate(ObjectKind.exn, tag.typeId, heap.headerBytes + layout.bodyBytes);
    const body = ref + heap.headerBytes;
    heap.i32[body >> 2] = 0;
    heap.i32[(body >> 2) + 1] = tag.address;
    stack.sp -= layout.operandWords;
    this.initPayload(layout, body, stack.sp);
    this.setPending(ref);
  }

  /** Writes the operands from stack word `at` on into the payload of a new exception. */
  protected initPayload(layout: ExceptionLayout, body: number, at: number): void {
    let from = at;
    for (const { kind, offset } of layout.fields) {
      this.store.operations.objects.initSlot(kind, body + offset, from);
      from += kind === 'w128' ? 4 : 2;
    }
  }

  /** `throw_ref` */
  throwRef(ref: number): void {
    if (ref === NULL) throw new Trap('nullExceptionReference');
    this.setPending(ref);
  }

  /** Makes an exception pending; whatever was pending before is forgotten. */
  setPending(ref: number): void {
    this.store.heap.writeBarrier(this.store.pendingException, 0, ref);
  }

  /** Takes the pending exception and the count that goes with it. */
  takePending(): number {
    const ref = this.store.pendingException[0]!;
    if (ref === NULL) throw new Fault('R6', 'an exception is thrown but none is pending');
    this.store.pendingException[0] = NULL;
    return ref;
  }

  /**
   * Unwinds to the innermost frame, from the running one down to `base`, that catches the pending exception,
   * and prepares it to go on at its handler. Without one, the frames down to `base` are gone.
   * @returns whether there is a handler
   */
  unwind(base: number): boolean {
    const { heap, stack } = this.store;
    const ref = this.store.pendingException[0]!;
    if (!isObject(ref) || heap.kindOf(ref) !== ObjectKind.exn) {
      throw new Fault('R6', `the pending exception ${hex(ref)} must be an exception object`, ref);
    }
    this.store.done('throwing');
    const tag = heap.i32[((ref + heap.headerBytes) >> 2) + 1]!;
    for (let depth = stack.depth; depth >= base; depth--) {
      const clause = this.#findClause(depth, tag);
      if (clause === undefined) continue;
      stack.depth = depth;
      this.land(clause);
      return true;
    }
    stack.depth = base - 1;
    return false;
  }

  #findClause(depth: number, tag: number): CatchClause | undefined {
    const { stack } = this.store;
    const { code, instance } = stack.functions[depth]!;
    const pc = stack.pcs[depth]!;
    const catches = ({ start, end }: Handler): boolean => start < pc && pc <= end;
    for (const handler of code.handlers) {
      if (!catches(handler)) continue;
      for (const clause of handler.clauses) {
        if (clause.tag < 0 || instance.tags[clause.tag]!.address === tag) return clause;
      }
    }
    return undefined;
  }

  /**
   * Hands the pending exception to a clause of the running frame: payload, then the exception itself, which
   * stays where the stack map finds it until the payload is unpacked.
   */
  protected land(clause: CatchClause): void {
    const { heap, stack } = this.store;
    const ref = this.takePending();
    const { depth } = stack;
    const start = stack.fps[depth]! + clause.destination;
    const layout = this.store.layouts.of(heap.typeIdOf(ref)) as ExceptionLayout;
    const payloadWords = clause.tag < 0 ? 0 : layout.operandWords;
    stack.i32.fill(0, start, start + payloadWords);
    stack.i32[start + payloadWords] = ref;
    heap.expose(ref);
    stack.pcs[depth] = clause.pad;
    stack.sp = start + payloadWords + 2;
    if (clause.tag >= 0) this.#unpack(ref, layout, start);
    if (!clause.withRef) stack.sp -= 2;
  }

  #unpack(ref: number, layout: ExceptionLayout, start: number): void {
    const { heap, stack } = this.store;
    let to = start;
    for (const { kind, offset } of layout.fields) {
      const at = (ref + heap.headerBytes + offset) >> 2;
      const word = heap.i32[at]!;
      stack.i32[to] = kind === 'func' ? this.store.functionIds.addressOf(word) : word;
      if (kind === 'w64') stack.i32[to + 1] = heap.i32[at + 1]!;
      if (kind === 'w128') for (let i = 1; i < 4; i++) stack.i32[to + i] = heap.i32[at + i]!;
      if (kind === 'ref' && isObject(word) && heap.readBarrier(word)) this.store.readSafePoint();
      to += kind === 'w128' ? 4 : 2;
    }
  }
}
