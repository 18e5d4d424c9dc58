/**
 * Productions: the rows from which profiles compose their code. A row says when it is possible, how it is written, and how often it
 * is chosen among those that are possible.
 */
import type { ValType } from '#wasm/syntax/types.ts';
import type { Random } from '../random.ts';
import type { Emitter } from './emitter.ts';

interface Row {
  /** Unique in its table; for weights and reports. */
  readonly name: string;
  /** A positive integer, or 0 for never. */
  readonly weight: number;
}

/** Writes code that leaves one value of a wanted type. */
export interface ValueProduction extends Row {
  /** Whether it may stand in constant expressions. */
  readonly constant?: true;
  readonly when: (e: Emitter, type: ValType) => boolean;
  /** @param depth how many productions deep the operands may be */
  readonly emit: (e: Emitter, type: ValType, depth: number) => void;
}

/** Writes code that leaves nothing. */
export interface StatementProduction extends Row {
  readonly when: (e: Emitter) => boolean;
  /** @param depth how many blocks may be opened inside each other from here */
  readonly emit: (e: Emitter, depth: number) => void;
}

/** What a profile writes its code from. */
export interface Grammar {
  readonly values: readonly ValueProduction[];
  readonly statements: readonly StatementProduction[];
}

/** The same table with other weights; what is not named keeps its weight. */
export function reweighted<P extends Row>(table: readonly P[], weights: Readonly<Record<string, number>>): readonly P[] {
  for (const name of Object.keys(weights)) {
    if (!table.some((row) => row.name === name)) throw new Error(`there is no production ${name}`);
  }
  return table.map((row) => ({ ...row, weight: weights[row.name] ?? row.weight }));
}

/** The rows of these names. */
export function only<P extends Row>(table: readonly P[], names: readonly string[]): readonly P[] {
  return names.map((name) => {
    const row = table.find((each) => each.name === name);
    if (row === undefined) throw new Error(`there is no production ${name}`);
    return row;
  });
}

/**
 * A table for one case: some rows are left out and some are favoured. Cases that lack a feature dig deeper into the others
 * (Groce et al., "Swarm Testing", 2012).
 */
export function swarm<P extends Row>(random: Random, table: readonly P[]): readonly P[] {
  return table.flatMap((row) => {
    const factor = random.weighted([[2, 0], [5, 1], [2, 4]] as const);
    return factor === 0 ? [] : [{ ...row, weight: row.weight * factor }];
  });
}
