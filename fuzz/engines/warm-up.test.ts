import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PARTS } from '#runtime/parts.ts';
import { DEFAULT_ENGINE_OPTIONS } from './interpreter.ts';
import { prepare } from './prepare.ts';
import { Run } from './run.ts';
import { warmUpProgram } from './warm-up.ts';

/** The compiler emits another instruction that does the same. */
const NEVER_EMITTED = ['f32.load', 'f64.load', 'f32.store', 'f64.store', 'i64.store8', 'i64.store16', 'i64.store32', 'i64.extend_i32_s'];

/** What the interpreter's loop has a case for, and what it executes. */
function codes(): { readonly cases: ReadonlyMap<number, string>; readonly executed: ReadonlySet<number>; readonly run: Run } {
  const loop = readFileSync(new URL('../../src/runtime/interpreter/loop.ts', import.meta.url), 'utf8');
  const cases = new Map([...loop.matchAll(/^ +case (0x[0-9a-f]+):(?: \{)? \/\/ (.+)$/gm)].map(([, code, name]) => [Number(code), name!]));
  const executed = new Set<number>();
  const program = warmUpProgram();
  const run = new Run(program, prepare(program), PARTS.drc, DEFAULT_ENGINE_OPTIONS);
  const { store } = run;
  store.follow({
    instruction: () => {
      const { functions, pcs, depth } = store.stack;
      executed.add(functions[depth]!.instance.compiled.code[pcs[depth]! - 1]!);
    },
    safePoint: () => {},
  });
  return { cases, executed, run };
}

describe('warm-up', () => {
  it('executes every instruction that the loop knows', () => {
    const { cases, executed, run } = codes();
    expect(cases.size).toBeGreaterThan(250);
    run.run();
    const others = [...cases].filter(([code]) => !executed.has(code)).map(([, name]) => name);
    expect(others.sort()).toEqual([...NEVER_EMITTED].sort());
  });

  it('ends as it should', () => {
    const program = warmUpProgram();
    const { outcomes } = new Run(program, prepare(program), PARTS.drc, DEFAULT_ENGINE_OPTIONS).run();
    const ends = new Map<string, number>();
    for (const outcome of outcomes) {
      const end = outcome.kind === 'trapped' ? outcome.trap : outcome.kind;
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    expect(Object.fromEntries(ends)).toEqual({ instantiated: 2, returned: 10, outOfBoundsMemoryAccess: 69, threw: 3, hostError: 3, unreachable: 3, nullI31Reference: 3, outOfBoundsTableAccess: 3 });
  });
});
