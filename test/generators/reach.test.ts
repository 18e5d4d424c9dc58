/** What the profiles reach: a profile that says it is about something must do it, often, and mostly without a trap. */
import { describe, expect, it } from 'vitest';
import { drcEngine, nullEngine } from '#fuzz/engines/interpreter.ts';
import type { ObservedOutcome } from '#fuzz/engines/observation.ts';
import type { Measurement } from '#fuzz/feedback/reach-meter.ts';
import { ReachMeter } from '#fuzz/feedback/reach-meter.ts';
import { generatorNamed } from '#fuzz/generators/registry.ts';
import { judge } from '#fuzz/oracles/registry.ts';
import type { InstructionName } from '#wasm/syntax/instructions.ts';
import { instructionName } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';

const SEEDS = 300;
const TIMEOUT = 120_000;

interface Reach {
  readonly instructions: ReadonlySet<InstructionName>;
  /** Those of constant expressions. */
  readonly constants: ReadonlySet<InstructionName>;
  readonly traps: ReadonlySet<string>;
  /** Shares of cases. */
  readonly agreeing: number;
  readonly untrapped: number;
  readonly collecting: number;
  readonly disagreements: readonly string[];
}

function noteInstructions(module: Module, instructions: Set<InstructionName>, constants: Set<InstructionName>): void {
  for (const { body } of module.functions) for (const { op } of body) instructions.add(instructionName(op)!);
  const initial = [...module.globals.map(({ init }) => init), ...module.tables.map(({ init }) => init ?? []), ...module.elements.flatMap(({ items }) => items)];
  for (const expr of initial) for (const { op } of expr) constants.add(instructionName(op)!);
}

function reachOf(name: string): Reach {
  const generator = generatorNamed(name)!;
  const [instructions, constants] = [new Set<InstructionName>(), new Set<InstructionName>()];
  const traps = new Set<string>();
  const disagreements: string[] = [];
  const counts = { agreeing: 0, untrapped: 0, collecting: 0 };
  const [drc, none] = [drcEngine(), nullEngine()];
  for (let seed = 0; seed < SEEDS; seed++) {
    const program = generator.generate(seed);
    for (const { module } of program.modules) noteInstructions(module, instructions, constants);
    const observation = drc.run(program);
    const verdict = judge([
      { engine: 'drc', observation },
      { engine: 'null', observation: none.run(program) },
    ]);
    if (verdict.kind === 'disagree') disagreements.push(`seed ${seed}: ${verdict.failure.message}`);
    if (verdict.kind === 'agree') counts.agreeing++;
    const trapped = observation.outcomes.filter((outcome): outcome is Extract<ObservedOutcome, { kind: 'trapped' }> => outcome.kind === 'trapped');
    for (const { trap } of trapped) traps.add(trap);
    if (trapped.length === 0) counts.untrapped++;
    if (observation.effort.collections > 0) counts.collecting++;
  }
  const share = (count: number): number => count / SEEDS;
  return {
    instructions,
    constants,
    traps,
    disagreements,
    agreeing: share(counts.agreeing),
    untrapped: share(counts.untrapped),
    collecting: share(counts.collecting),
  };
}

const OBJECTS: readonly InstructionName[] = [
  ...(['struct.new', 'struct.new_default', 'struct.get', 'struct.set'] as const),
  ...(['array.new', 'array.new_default', 'array.new_fixed', 'array.get', 'array.set', 'array.len', 'array.fill', 'array.copy'] as const),
];

/** What each profile is about. */
const ABOUT: Readonly<Record<string, { instructions: readonly InstructionName[]; constants: readonly InstructionName[]; traps: readonly string[] }>> = {
  'heap-graph': {
    instructions: [
      ...OBJECTS,
      ...(['struct.get_s', 'struct.get_u', 'array.get_s', 'array.get_u'] as const),
      ...(['ref.null', 'ref.i31', 'i31.get_s', 'i31.get_u', 'ref.eq', 'ref.is_null', 'ref.as_non_null', 'ref.func'] as const),
      ...(['ref.test', 'ref.test null', 'ref.cast', 'ref.cast null', 'br_on_cast', 'br_on_non_null'] as const),
      ...(['any.convert_extern', 'extern.convert_any', 'select t', 'v128.const', 'v128.load', 'local.tee', 'br_if'] as const),
    ],
    constants: ['struct.new', 'array.new', 'ref.i31'],
    traps: ['castFailure', 'outOfBoundsArrayAccess', 'nullStructReference', 'nullArrayReference'],
  },
  'tables-and-globals': {
    instructions: [
      ...(['table.get', 'table.set', 'table.size', 'table.grow', 'table.fill', 'table.copy', 'table.init', 'elem.drop', 'data.drop'] as const),
      ...(['array.new_elem', 'array.init_elem', 'array.new_data', 'array.init_data'] as const),
      ...(['global.get', 'global.set', 'call_indirect'] as const),
    ],
    constants: ['struct.new', 'array.new_fixed', 'ref.func', 'ref.null', 'global.get', 'extern.convert_any'],
    traps: ['outOfBoundsTableAccess', 'outOfBoundsArrayAccess', 'castFailure'],
  },
  'const-exprs': {
    instructions: ['global.get', 'table.get', 'table.init', 'array.new_elem', 'array.init_elem'],
    constants: [
      ...(['struct.new', 'struct.new_default', 'array.new', 'array.new_default', 'array.new_fixed', 'global.get', 'ref.func', 'ref.i31'] as const),
      ...(['any.convert_extern', 'extern.convert_any', 'i32.add', 'i32.sub', 'i32.mul', 'i64.add', 'i64.sub', 'i64.mul', 'v128.const'] as const),
    ],
    traps: ['allocationSizeTooLarge'],
  },
  allocator: {
    instructions: [...OBJECTS, 'loop'],
    constants: ['array.new'],
    traps: ['allocationSizeTooLarge'],
  },
  'stack-pressure': {
    instructions: [
      ...(['block', 'loop', 'if', 'else', 'br', 'br_if', 'br_table', 'select t', 'try_table', 'throw', 'throw_ref', 'call'] as const),
      ...(['ref.cast', 'ref.as_non_null', 'br_on_null', 'br_on_non_null', 'br_on_cast', 'br_on_cast_fail', 'local.tee'] as const),
      ...(['any.convert_extern', 'extern.convert_any', 'struct.new', 'array.new_fixed', 'array.new_data', 'array.new_elem'] as const),
    ],
    constants: ['struct.new'],
    traps: [],
  },
  exceptions: {
    instructions: [
      ...(['try_table', 'throw', 'throw_ref', 'return_call', 'global.get', 'global.set', 'table.get', 'table.set', 'struct.new', 'struct.get'] as const),
    ],
    constants: [],
    traps: ['nullExceptionReference'],
  },
  calls: {
    instructions: [
      ...(['call', 'call_ref', 'call_indirect', 'return_call', 'return_call_ref', 'return_call_indirect', 'return', 'ref.func'] as const),
      ...(['table.get', 'table.set', 'struct.get', 'struct.set', 'array.get', 'br_on_cast'] as const),
    ],
    constants: ['ref.func'],
    traps: ['castFailure', 'outOfBoundsTableAccess', 'indirectCallTypeMismatch'],
  },
  'host-boundary': {
    instructions: ['extern.convert_any', 'any.convert_extern', 'try_table', 'throw', 'global.set', 'table.set', 'table.grow', 'call', 'ref.i31', 'unreachable'],
    constants: ['struct.new', 'extern.convert_any'],
    traps: ['hostError', 'outOfBoundsTableAccess'],
  },
  'reference-types': {
    instructions: [
      ...(['ref.null', 'ref.is_null', 'ref.func', 'select t', 'block', 'loop', 'if', 'br_if', 'br_table'] as const),
      ...(['table.get', 'table.set', 'table.size', 'table.grow', 'table.fill', 'table.copy', 'table.init', 'elem.drop', 'global.get', 'global.set'] as const),
    ],
    constants: ['ref.null'],
    traps: ['outOfBoundsTableAccess'],
  },
};

describe.each(Object.entries(ABOUT))('profile %s', (name, about) => {
  it('does what it is about', () => {
    const reach = reachOf(name);
    expect(reach.disagreements).toEqual([]);
    expect([...reach.instructions]).toEqual(expect.arrayContaining([...about.instructions]));
    expect([...reach.constants]).toEqual(expect.arrayContaining([...about.constants]));
    expect([...reach.traps]).toEqual(expect.arrayContaining([...about.traps]));
    expect(reach.agreeing).toBeGreaterThan(0.9);
    expect(reach.untrapped).toBeGreaterThan(0.7);
    expect(reach.collecting).toBeGreaterThan(0.9);
  }, TIMEOUT);
});

describe('profile mixed', () => {
  it('draws every other profile', () => {
    const mixed = generatorNamed('mixed')!;
    const modules = Array.from({ length: 60 }, (_, seed) => JSON.stringify(mixed.generate(seed).steps));
    for (const name of [...Object.keys(ABOUT), 'self-copy']) {
      const generator = generatorNamed(name)!;
      expect(modules.some((steps, seed) => JSON.stringify(generator.generate(seed).steps) === steps), name).toBe(true);
    }
  });
});

function measure(name: string, cases: number): Measurement {
  const generator = generatorNamed(name)!;
  const meter = new ReachMeter();
  for (let seed = 0; seed < cases; seed++) meter.add(name, generator.generate(seed));
  return meter.measurement();
}

describe('the reach of a hunt', () => {
  it('includes every instruction about references, calls and exceptions', () => {
    const { instructions } = measure('mixed', 500).reach;
    expect(Object.entries(instructions).flatMap(([name, { cases }]) => (cases === 0 ? [name] : []))).toEqual([]);
  });

  it('includes every way in which an array can be copied onto itself', () => {
    const { reach, shares } = measure('self-copy', 400);
    const { valid, selfCopying, withoutTrap, cases } = shares['self-copy']!;
    expect(valid).toBe(cases);
    expect(selfCopying / cases).toBeGreaterThan(0.93);
    expect(withoutTrap / cases).toBeGreaterThan(0.8);
    const missing = Object.entries(reach.aliases).flatMap(([name, reached]) => (reached.cases === 0 ? [name] : []));
    // Tables are for others to copy, and arrays of i31 are rare here.
    expect(missing.filter((name) => !name.startsWith('table ') && name !== 'copy between two types: i31')).toEqual([]);
  });
});
