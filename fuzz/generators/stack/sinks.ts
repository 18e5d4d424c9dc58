/**
 * The other end of a value's stay on the stack: it is used. Each value is folded into a number that the module keeps in a global,
 * so that an engine which handed out the wrong object, or one that was freed meanwhile, ends with another number.
 */
import { Op } from '#wasm/syntax/instructions.ts';
import { ValType, heapTypeOf, isRefType, refType } from '#wasm/syntax/types.ts';
import type { Body } from '../build/body.ts';
import type { FunctionEntry, ModuleBuilder } from '../build/module-builder.ts';

const FACTOR = 31;
const FOLD_DEPTH = 2;

const { i32, i64, f32, f64, anyref, externref, exnref } = ValType;

export class Sinks {
  /** Index of the global, an i32. */
  readonly sum: number;
  readonly #module: ModuleBuilder;
  readonly #fold: FunctionEntry | undefined;
  /** Functions that use up one value, by its type; declared when first wanted. */
  readonly #functions = new Map<ValType, FunctionEntry>();

  /** @param fold `(anyref, i32) -> i32`: what is reachable in so many steps, as a number; absent where such types are not used */
  constructor(module: ModuleBuilder, fold?: FunctionEntry) {
    this.#module = module;
    this.#fold = fold;
    this.sum = module.addGlobal(i32, true, [{ op: Op['i32.const'], value: 0 }]);
  }

  /** Uses up the value on top of the operand stack. @param type of that value, or wider */
  use(body: Body, type: ValType): void {
    switch (type) {
      case ValType.v128: // Reading a lane would take instructions that the runtime does not have.
        return body.emit('drop');
      case i64:
        body.emit('i32.wrap_i64');
        break;
      case f32:
        body.emit('i32.reinterpret_f32');
        break;
      case f64:
        body.emit('i64.reinterpret_f64');
        body.emit('i32.wrap_i64');
        break;
    }
    body.emit('call', { func: this.#sinkOf(isRefType(type) ? this.#topOf(type) : i32).index });
  }

  #topOf(type: ValType): ValType {
    return refType(this.#module.types.top(heapTypeOf(type)), true);
  }
  #sinkOf(type: ValType): FunctionEntry {
    let sink = this.#functions.get(type);
    if (sink === undefined) this.#functions.set(type, (sink = this.#module.declare({ params: [type], results: [] })));
    return sink;
  }

  /** Writes the functions; to be called once, when all tags are there. */
  finish(): void {
    // Writing one may call for another, which the walk meets later.
    for (const [type, sink] of this.#functions) this.#module.define(sink, (body) => this.#write(body, type));
  }

  #write(body: Body, type: ValType): void {
    switch (type) {
      case i32:
        return this.#note(body, () => body.emit('local.get', { local: 0 }));
      case anyref:
        if (this.#fold !== undefined) return this.#noteFold(body, this.#fold);
        break;
      case externref:
        return this.#noteExtern(body);
      case exnref:
        return this.#noteException(body);
    }
    this.#noteNull(body);
  }

  /** Folds a number into the sum. */
  #note(body: Body, number: () => void): void {
    body.emit('global.get', { global: this.sum });
    body.i32(FACTOR);
    body.emit('i32.mul');
    number();
    body.emit('i32.add');
    body.emit('global.set', { global: this.sum });
  }
  #noteNull(body: Body): void {
    this.#note(body, () => {
      body.emit('local.get', { local: 0 });
      body.emit('ref.is_null');
    });
  }
  #noteFold(body: Body, fold: FunctionEntry): void {
    this.#note(body, () => {
      body.emit('local.get', { local: 0 });
      body.i32(FOLD_DEPTH);
      body.emit('call', { func: fold.index });
    });
  }
  /** What the host knows of it, and what it is as a value of ours. */
  #noteExtern(body: Body): void {
    const val = this.#module.host('val');
    if (val === undefined) return this.#noteNull(body);
    this.#note(body, () => {
      body.emit('local.get', { local: 0 });
      body.emit('call', { func: val.index });
    });
    if (this.#fold === undefined) return;
    body.emit('local.get', { local: 0 });
    body.emit('any.convert_extern');
    this.use(body, anyref);
  }
  /** Throws it again, and uses the payload that comes with it. */
  #noteException(body: Body): void {
    body.emit('local.get', { local: 0 });
    body.emit('ref.is_null');
    body.if({ params: [], results: [] }, () => body.emit('return'));
    body.block({ params: [], results: [] }, () => this.#catchAny(body, 0));
  }
  /** Blocks inside each other, one per tag, each followed by the use of that tag's payload. */
  #catchAny(body: Body, tag: number): void {
    const { tags } = this.#module;
    if (tag === tags.length) return this.#throwAgain(body);
    const params = this.#module.payload(tag);
    body.block({ params: [], results: params }, () => this.#catchAny(body, tag + 1));
    this.#note(body, () => body.i32(tag));
    for (const type of params.toReversed()) this.use(body, type);
    body.emit('return');
  }
  #throwAgain(body: Body): void {
    const { length } = this.#module.tags;
    const catches = this.#module.tags.map((_, tag) => ({ kind: 'catch', tag, label: length - 1 - tag }) as const);
    body.tryTable({ params: [], results: [] }, [...catches, { kind: 'catch_all', label: length }], () => {
      body.emit('local.get', { local: 0 });
      body.emit('throw_ref');
    });
    body.emit('unreachable');
  }
}
