/**
 * Whether collections find references on the stack, and in how many places: each way of leaving something out of the stack maps must be
 * noticed by the stack scan, in so many of a hundred cases of a profile.
 */
import { describe, expect, it } from 'vitest';
import { prepare } from '#fuzz/engines/prepare.ts';
import type { EngineOptions } from '#fuzz/engines/run.ts';
import { Run } from '#fuzz/engines/run.ts';
import { generatorNamed } from '#fuzz/generators/registry.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { WasmFunction } from '#runtime/function.ts';
import { StackWalker } from '#runtime/interpreter/stack-walker.ts';
import type { Parts } from '#runtime/parts.ts';
import { PARTS } from '#runtime/parts.ts';
import { STACK_OMISSIONS, plantOmission } from '../support/stack-omissions.ts';
import type { StackOmission } from '../support/stack-omissions.ts';

const CASES = 100;
const TIMEOUT = 120_000;
const OPTIONS: EngineOptions = { audit: 'collections', integrity: false };

/** Cases of a hundred in which an omission is at least to be found. Measured: about twice as many. */
const FOUND: Readonly<Record<string, Readonly<Partial<Record<StackOmission, number>>>>> = {
  'stack-pressure': {
    'select result': 9,
    'block parameter': 18,
    'loop parameter': 11,
    'try_table frame': 40,
    'outer activation': 28,
    'else arm': 12,
    'passed through': 19,
    'block result': 40,
    'call result': 14,
    'bulk allocation': 15,
    'far local': 1,
  },
  exceptions: { 'try_table frame': 40, 'block result': 35, 'outer activation': 25, 'call result': 12 },
  calls: { 'call result': 27, 'outer activation': 22, 'try_table frame': 34 },
  'host-boundary': { 'outer activation': 35, 'call result': 29, 'try_table frame': 39 },
  'reference-types': { 'select result': 2, 'block parameter': 10, 'loop parameter': 4, 'outer activation': 12, 'call result': 22 },
};

function programsOf(profile: string): readonly Program[] {
  const generator = generatorNamed(profile)!;
  return Array.from({ length: CASES }, (_, seed) => generator.generate(seed));
}

/** Oracles that found a fault, one for each case with a fault. */
function findings(programs: readonly Program[], parts: Parts): readonly string[] {
  return programs.flatMap((program) => {
    const last = new Run(program, prepare(program), parts, OPTIONS).run().outcomes.at(-1);
    return last?.kind === 'faulted' ? [last.fault.oracle] : [];
  });
}

/** In how many cases a collection meets a reference among the operands. */
function casesHolding(programs: readonly Program[]): number {
  let holding = 0;
  for (const program of programs) {
    let found = false;
    class Watching extends StackWalker {
      protected override stackMapAt(fn: WasmFunction, pc: number): Int32Array {
        const map = super.stackMapAt(fn, pc);
        found ||= map.length > 0;
        return map;
      }
    }
    new Run(program, prepare(program), { ...PARTS.drc, StackWalker: Watching }, OPTIONS).run();
    if (found) holding++;
  }
  return holding;
}

describe.each(Object.entries(FOUND))('profile %s', (profile, found) => {
  const programs = programsOf(profile);

  it('collects while operands are references', () => {
    expect(findings(programs, PARTS.drc)).toEqual([]);
    expect(casesHolding(programs)).toBeGreaterThan(0.75 * CASES);
  }, TIMEOUT);

  it.each(Object.entries(found) as [StackOmission, number][])('shows a missing %s', (omission, atLeast) => {
    const oracles = findings(programs, plantOmission(omission));
    expect(oracles.length).toBeGreaterThanOrEqual(atLeast);
    expect(new Set(oracles)).toEqual(new Set(['stackScan']));
  }, TIMEOUT);
});

it('leaves something out for each profile or another', () => {
  const tried = new Set(Object.values(FOUND).flatMap((found) => Object.keys(found)));
  expect(tried).toEqual(new Set(Object.keys(STACK_OMISSIONS)));
});
