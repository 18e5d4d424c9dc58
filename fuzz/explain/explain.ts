/** Finds out what is wrong with a Program, and tells it as data: the story of an object, or where two engines part. */
import { DEFAULT_ENGINE_OPTIONS, interpreterEngine } from '#fuzz/engines/interpreter.ts';
import type { TwinParts } from '#fuzz/engines/panel.ts';
import { SUSPECT, UNAUDITED, panelOf } from '#fuzz/engines/panel.ts';
import type { EngineOptions } from '#fuzz/engines/run.ts';
import { examine } from '#fuzz/oracles/examine.ts';
import { interruptionsOf } from '#fuzz/oracles/interruption.ts';
import type { Reader } from '#fuzz/oracles/readers.ts';
import { oraclesWith } from '#fuzz/oracles/registry.ts';
import { variantsOf } from '#fuzz/oracles/schedule-invariance.ts';
import type { Failure } from '#fuzz/oracles/verdict.ts';
import { ORACLE_NAMES } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Parts } from '#runtime/parts.ts';
import type { Chronicle } from './chronicle.ts';
import { chronicle } from './chronicle.ts';
import type { Comparison } from './comparison.ts';
import { compareSteps } from './comparison.ts';

export type Explanation =
  /** Something is wrong with the heap of the collector under test. */
  | { readonly kind: 'heap'; readonly circumstances: string; readonly program: Program; readonly chronicle: Chronicle }
  /** Engines differ, and no look inside has found anything. */
  | { readonly kind: 'difference'; readonly program: Program; readonly failure: Failure; readonly comparison: Comparison }
  | { readonly kind: 'nothing'; readonly reason: string };

interface Circumstances {
  /** What is different from the Program; empty for nothing. */
  readonly name: string;
  readonly program: Program;
  readonly options: EngineOptions;
}

/** Late symptoms tell more about a mistake than early ones, so the run that nobody looks into comes first. */
function circumstancesOf(program: Program, parts: Parts): readonly Circumstances[] {
  const variants = variantsOf(program).map((variant) => ({ ...variant, options: UNAUDITED }));
  const { instructions } = interpreterEngine('drc', parts, UNAUDITED).run(program).effort;
  const interruptions = interruptionsOf(program, instructions).map((cut) => ({ ...cut, options: DEFAULT_ENGINE_OPTIONS }));
  return [
    { name: '', program, options: UNAUDITED },
    { name: 'an audit at each collection', program, options: DEFAULT_ENGINE_OPTIONS },
    { name: 'an audit at every safe point', program, options: SUSPECT },
    ...variants,
    ...interruptions,
  ];
}

/**
 * @param parts of the twins, healthy or not
 * @param readers for the round trip
 */
export function explain(program: Program, parts: TwinParts, readers: readonly Reader[]): Explanation {
  for (const { name, program: varied, options } of circumstancesOf(program, parts.drc)) {
    const told = chronicle(varied, parts.drc, options);
    if (told !== undefined) return { kind: 'heap', circumstances: name, program: varied, chronicle: told };
  }
  const panel = panelOf(parts);
  const { verdict } = examine({ panel, oracles: oraclesWith(readers), admitted: new Set(ORACLE_NAMES) }, program);
  if (verdict.kind === 'agree') return { kind: 'nothing', reason: 'the engines agree, and the audits are content' };
  if (verdict.kind === 'inconclusive') return { kind: 'nothing', reason: `a limit was reached, so that the case says nothing: ${verdict.reason}` };
  return { kind: 'difference', program, failure: verdict.failure, comparison: compareSteps(program, verdict.failure.oracle, panel) };
}
