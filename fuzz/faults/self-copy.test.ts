/**
 * The two stories told about one bug report are two faults, and one module shows either; the audit tells
 * them apart.
 */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { countInstructions } from '#wasm/syntax/size.ts';
import { interpreterEngine } from '#fuzz/engines/interpreter.ts';
import type { Observation, ObservedFault } from '#fuzz/engines/observation.ts';
import type { EngineOptions } from '#fuzz/engines/run.ts';
import { readEntry } from '#fuzz/program/entry.ts';
import type { CollectionSchedule, Program } from '#fuzz/program/program.ts';
import { PARTS } from '#runtime/parts.ts';
import { arrayCopyReleaseBeforeCount } from './classics/array-copy-release-before-count.ts';
import { constExprNestedNoClone } from './ownership/const-expr-nested-no-clone.ts';
import { findFault } from './registry.ts';

const entry = readEntry(fileURLToPath(new URL('../../corpus/seeds/self-copy', import.meta.url)));

/** Every combination of what the schedule and the collector can be told here. */
function* settings(): Generator<{ name: string; program: Program; options: EngineOptions }> {
  for (const zeal of [0, 1, 2, 3])
    for (const allocZeal of [0, 1])
      for (const atEntry of [false, true])
        for (const drops of ['immediate', 'deferred'] as const)
          for (const poison of [false, true])
            for (const audit of ['off', 'collections', 'safePoints'] as const) {
              const schedule: CollectionSchedule = { zeal, allocZeal, atEntry, atSafePoints: [] };
              const program = { ...entry.program, schedule, collector: { ...entry.program.collector, drops, poison } };
              yield { name: JSON.stringify({ ...schedule, drops, poison, audit }), program, options: { audit, integrity: audit !== 'off' } };
            }
}
const ALL = [...settings()];

function run(parts: typeof PARTS.drc, program: Program, options: EngineOptions): Observation {
  return interpreterEngine('subject', parts, options).run(program);
}
function faultOf({ outcomes }: Observation): ObservedFault | undefined {
  const last = outcomes.at(-1);
  return last?.kind === 'faulted' ? last.fault : undefined;
}

const UNCHECKED: EngineOptions = { audit: 'off', integrity: false };

describe('self-copy', () => {
  it('has 10 instructions', () => expect(countInstructions(entry.program.modules[0]!.module)).toBe(10));

  it.each(['drc', 'null'] as const)('passes on a healthy %s, whatever the settings', (collector) => {
    for (const { name, program, options } of ALL) {
      expect(run(PARTS[collector], program, options).outcomes, name).toEqual(entry.expected);
    }
  });

  it('leaves the same heap on both collectors', () => {
    for (const { name, program, options } of ALL) {
      const [drc, none] = [run(PARTS.drc, program, options), run(PARTS.null, program, options)];
      expect(drc.heap?.objects, name).toBe(2);
      expect(drc.heap, name).toEqual(none.heap);
    }
  });

  it.each([
    { slug: 'array-copy-release-before-count', guilty: 'array.copy' },
    { slug: 'const-expr-nested-no-clone', guilty: 'constant expression' },
  ])('fails with $slug when a collection comes before the copy and drops free at once', ({ slug, guilty }) => {
    const fault = faultOf(run(findFault(slug)!.plant(PARTS.drc), entry.program, UNCHECKED));
    expect(fault).toMatchObject({ oracle: 'assertion', invariant: 'C1', operation: guilty });
    expect(fault?.message).toMatch(/^0x10 .* its count is 0 /);
    expect(run(PARTS.null, entry.program, UNCHECKED).outcomes).toEqual(entry.expected);
  });
});

describe('a planted bug', () => {
  it.each([
    { slug: 'array-copy-release-before-count', defect: 'undercount', operation: 'array.copy' },
    { slug: 'const-expr-nested-no-clone', defect: 'undercount', operation: 'constant expression' },
  ])('is one defect, whoever notices it and when: $slug', ({ slug, ...expected }) => {
    const noticed = new Set<string>();
    for (const { name, program, options } of ALL) {
      const fault = faultOf(run(findFault(slug)!.plant(PARTS.drc), program, options));
      if (fault === undefined) continue;
      noticed.add(`${fault.oracle} ${fault.invariant}`);
      expect(fault, name).toMatchObject({ ...expected, holders: [] });
    }
    expect(noticed.size).toBeGreaterThan(1);
  });
});

describe('the audit at every safe point', () => {
  const AUDITED: EngineOptions = { audit: 'safePoints', integrity: false };

  it('blames the initialiser for const-expr-nested-no-clone, before the copy, whatever the settings', () => {
    for (const { name, program } of ALL) {
      const { outcomes } = run(constExprNestedNoClone.plant(PARTS.drc), program, AUDITED);
      expect(outcomes, name).toHaveLength(1);
      expect(faultOf({ outcomes } as Observation), name).toMatchObject({
        oracle: 'audit',
        invariant: 'C9',
        operation: 'constant expression',
        message: '0x10 (array of type 0) has a count of 1 but 2 owners: element 0 of 0x30, the stack-root list [C9]',
        defect: 'undercount',
        holders: [],
      });
    }
  });

  it('finds nothing wrong before the copy with array-copy-release-before-count', () => {
    const parts = arrayCopyReleaseBeforeCount.plant(PARTS.drc);
    for (const { name, program } of ALL) {
      const observation = run(parts, program, AUDITED);
      expect(observation.outcomes[0], name).toEqual({ kind: 'instantiated' });
      expect(faultOf(observation)?.operation ?? 'array.copy', name).toBe('array.copy');
    }
    expect(faultOf(run(parts, entry.program, AUDITED))).toMatchObject({ oracle: 'assertion', operation: 'array.copy' });
  });

  it('lets array-copy-release-before-count pass when drops are deferred', () => {
    const program = { ...entry.program, collector: { ...entry.program.collector, drops: 'deferred' as const } };
    expect(run(arrayCopyReleaseBeforeCount.plant(PARTS.drc), program, UNCHECKED).outcomes).toEqual(entry.expected);
  });
});
