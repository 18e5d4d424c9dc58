/** What every mutator is, and what several of them need. */
import { withShared } from '#util/map-shared.ts';
import type { Random } from '#fuzz/generators/random.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';

/** Gives a Program to take pieces from, if there is one: asked only by those who need one. */
export type Donors = (random: Random) => Program | undefined;

/** One kind of edit. It may leave the Program invalid: `fixup` comes after it. */
export interface Mutator {
  readonly name: string;
  /** @returns undefined where there is nothing to edit */
  readonly mutate: (program: Program, random: Random, donors: Donors) => Program | undefined;
}

/** Where a function is. */
export interface FunctionPlace {
  readonly module: number;
  /** Position among the defined functions. */
  readonly func: number;
}

/** A function with a body, long ones more often; undefined when there is none. */
export function pickFunction({ modules }: Program, random: Random): FunctionPlace | undefined {
  const places = modules.flatMap(({ module }, m) => module.functions.map(({ body }, func) => [1 + body.length, { module: m, func }] as const));
  return places.length === 0 ? undefined : random.weighted(places);
}

/** The list itself when it has the item there already. */
export function replaced<T>(list: readonly T[], position: number, item: T): readonly T[] {
  return list[position] === item ? list : list.with(position, item);
}
/** The list with `count` items from `start` on replaced by others. */
export function spliced<T>(list: readonly T[], start: number, count: number, items: readonly T[] = []): readonly T[] {
  return list.toSpliced(start, count, ...items);
}

export function withModule(program: Program, position: number, module: Module): Program {
  const entry = withShared(program.modules[position]!, { module });
  return withShared(program, { modules: replaced(program.modules, position, entry) });
}

/** Edits the body of some function. @param edit given the body and its module; undefined when it has nothing to do */
export function editBody(program: Program, random: Random, edit: (body: Expr, module: Module, func: number) => Expr | undefined): Program | undefined {
  const place = pickFunction(program, random);
  if (place === undefined) return undefined;
  const { module } = program.modules[place.module]!;
  const func = module.functions[place.func]!;
  const body = edit(func.body, module, place.func);
  if (body === undefined) return undefined;
  return withModule(program, place.module, withShared(module, { functions: replaced(module.functions, place.func, withShared(func, { body })) }));
}

/** Positions of the instructions that a test picks out. */
export function positionsOf(body: Expr, test: (instruction: Instruction) => boolean): readonly number[] {
  const positions: number[] = [];
  for (let i = 0; i < body.length; i++) if (test(body[i]!)) positions.push(i);
  return positions;
}

/** A place from 0 to `count`, late ones more often: code near the start sets up what all the rest relies on. */
export function latePlace(count: number, random: Random): number {
  return Math.max(random.int(0, count), random.int(0, count));
}
