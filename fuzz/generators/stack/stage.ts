/** What the productions for values on the stack share within one module. */
import type { ValType } from '#wasm/syntax/types.ts';
import { HeapType, isRefType } from '#wasm/syntax/types.ts';
import type { Signature } from '../build/body.ts';
import type { Settings } from '../build/emitter.ts';
import { Emitter } from '../build/emitter.ts';
import type { FunctionEntry, ModuleBuilder } from '../build/module-builder.ts';
import type { Grammar, StatementProduction } from '../build/production.ts';
import { repeat } from '../build/statements.ts';
import { orNull, refTo } from '../build/type-table.ts';
import type { Random, Weighted } from '../random.ts';
import type { Sinks } from './sinks.ts';

/** How deep the expressions are that make values to hold. */
export const VALUE_DEPTH = 2;
const MAX_HELD = 5;
const MAX_CHURN = 8;
const COMPANION_ROOM = 40;

export interface StageOptions {
  /** Whether there are GC types and exceptions. */
  readonly hasGc: boolean;
  readonly module: ModuleBuilder;
  readonly random: Random;
  readonly settings: Settings;
  readonly sinks: Sinks;
  /** What is held. Values of reference types should mostly be objects. */
  readonly held: Weighted<ValType>;
}

export class Stage {
  readonly hasGc: boolean;
  readonly module: ModuleBuilder;
  readonly sinks: Sinks;
  readonly #random: Random;
  readonly #settings: Settings;
  readonly #held: Weighted<ValType>;
  #pauses: readonly StatementProduction[] = [];
  #leaves: Grammar = { values: [], statements: [] };
  #companions: Grammar = { values: [], statements: [] };
  readonly #tags = new Map<string, number>();

  constructor({ hasGc, module, random, settings, sinks, held }: StageOptions) {
    this.hasGc = hasGc;
    this.module = module;
    this.sinks = sinks;
    this.#random = random;
    this.#settings = settings;
    this.#held = held;
  }

  /** To be called before code is written: productions refer to the stage, and the stage to them. */
  equip(values: Grammar['values'], pauses: readonly StatementProduction[], callback: readonly StatementProduction[]): void {
    this.#pauses = pauses;
    this.#leaves = { values, statements: callback };
    this.#companions = { values, statements: [] };
  }
  /** Whether the code may call what is shared. What is shared, such as `cb`, does not, so that no recursion is without bound. */
  mayCall(e: Emitter): boolean {
    return e.grammar !== this.#leaves;
  }

  // --- Values --------------------------------------------------------------------------------------------

  drawType(): ValType {
    return this.#random.weighted(this.#held);
  }
  drawReferenceType(): ValType {
    return this.#random.weighted(this.#held.filter(([, type]) => isRefType(type)));
  }
  /** A type that a local may have from the start. */
  drawVariableType(): ValType {
    const type = this.drawType();
    return isRefType(type) ? orNull(type) : type;
  }
  drawTypes(min = 1, max = MAX_HELD): readonly ValType[] {
    return Array.from({ length: this.#random.int(min, max) }, () => this.drawType());
  }
  /** Puts values on the operand stack, with something happening in between now and then. */
  push(e: Emitter, types: readonly ValType[]): void {
    for (const type of types) {
      e.valueOf(type, VALUE_DEPTH);
      if (e.random.chance(0.15)) this.pause(e, 0);
    }
  }
  /** Uses up the topmost values. */
  use(e: Emitter, types: readonly ValType[]): void {
    for (const type of types.toReversed()) this.sinks.use(e.body, type);
  }

  /** Something with safe points in it. @param depth of statements that may take part */
  pause(e: Emitter, depth: number): void {
    e.choose(this.#pauses, (row) => row.when(e))?.emit(e, depth);
  }

  /** New objects that nobody keeps, so that memory which was freed too early is written again. */
  churn(e: Emitter): void {
    repeat(e, e.random.int(1, MAX_CHURN), () => {
      if (e.module.types.structs.length > 0) e.smallest(refTo(HeapType.struct));
      else {
        e.body.i32(-1);
        e.call(e.module.host('mk')!);
      }
      e.body.emit('drop');
    });
  }

  // --- Definitions made on the way -------------------------------------------------------------------------

  /** The tag whose exceptions carry such values. */
  tagFor(types: readonly ValType[]): number {
    const key = types.join();
    const tag = this.#tags.get(key) ?? this.module.addTag(types);
    this.#tags.set(key, tag);
    return tag;
  }

  /** A new function for one place that calls it. It has pauses and no other statements. */
  companion(caller: Emitter, signature: Signature, write: (e: Emitter, self: FunctionEntry) => void): FunctionEntry {
    const grammar = this.mayCall(caller) ? this.#companions : this.#leaves;
    const entry = this.module.declare(signature);
    this.#write(entry, grammar, COMPANION_ROOM, (e) => write(e, entry));
    return entry;
  }
  /** Writes a function that is shared. */
  writeLeaf(entry: FunctionEntry, write: (e: Emitter) => void): void {
    this.#write(entry, this.#leaves, this.#settings.room, write);
  }
  /** Writes a function for the host to call. */
  writeRoot(entry: FunctionEntry, statements: readonly StatementProduction[], write: (e: Emitter) => void): void {
    this.#write(entry, { values: this.#companions.values, statements }, this.#settings.room, write);
  }
  #write(entry: FunctionEntry, grammar: Grammar, room: number, write: (e: Emitter) => void): void {
    const settings = { ...this.#settings, room };
    this.module.define(entry, (body) => write(new Emitter(this.module, this.#random, grammar, settings, body)));
  }
}
