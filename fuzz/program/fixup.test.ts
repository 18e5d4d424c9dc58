import { describe, expect, it } from 'vitest';
import { parse } from '#wasm/text/parse.ts';
import type { Expr, InstructionName } from '#wasm/syntax/instructions.ts';
import { Op, instructionName } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { validate } from '#wasm/valid/validate.ts';
import { fixup } from './fixup.ts';
import type { Program, Step } from './program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from './program.ts';

function programOf(module: Module, ...steps: readonly Step[]): Program {
  return {
    modules: [{ name: 'm', module }],
    steps: [{ kind: 'instantiate', module: 0 }, ...steps],
    schedule: NO_COLLECTIONS,
    collector: DEFAULT_KNOBS,
    limits: DEFAULT_PROGRAM_LIMITS,
  };
}

const TYPES = '(type $node (struct (field (mut i32)))) (type $list (array (mut anyref)))';

/** The body of function 0 after repair, when it is replaced by this one. */
function repaired(text: string, body: Expr): readonly (InstructionName | undefined)[] {
  const module = parse(`(module ${TYPES} ${text})`);
  const [first, ...others] = module.functions;
  const fixed = fixup(programOf({ ...module, functions: [{ ...first!, body }, ...others] }))!;
  const { module: result } = fixed.modules[0]!;
  validate(result);
  return result.functions[0]!.body.map(({ op }) => instructionName(op));
}

const i32: Expr[number] = { op: Op['i32.const'], value: 7 };
const get = (local: number): Expr[number] => ({ op: Op['local.get'], local });

describe('fixup of bodies', () => {
  it('leaves what is valid the very same object', () => {
    const program = programOf(parse(`(module ${TYPES} (func (result i32) i32.const 1))`));
    expect(fixup(program)).toBe(program);
  });

  it('adds default values for operands that are missing, and uses those that fit', () => {
    expect(repaired('(func (result i32))', [i32, { op: Op['i32.add'] }])).toEqual(['i32.const', 'i32.const', 'i32.add']);
  });

  it('takes a local for a reference that is missing', () => {
    expect(repaired('(func (param (ref null $list)))', [{ op: Op['array.len'] }])).toEqual(['local.get', 'array.len', 'drop']);
  });

  it('casts an operand that could be of the type', () => {
    const length: Expr = [get(0), { op: Op['array.len'] }];
    expect(repaired('(func (param anyref) (result i32))', length)).toEqual(['local.get', 'ref.cast null', 'array.len']);
    expect(repaired('(func (param (ref null $node)) (result (ref $node)))', [get(0)])).toEqual(['local.get', 'ref.as_non_null']);
  });

  it('brings indices into range', () => {
    expect(repaired('(func (param i32) (result i32))', [get(5)])).toEqual(['local.get']);
  });

  it('leaves out what nothing would make valid, and what cannot be reached', () => {
    expect(repaired('(func)', [{ op: Op['table.size'], table: 0 }, { op: Op.else }, { op: Op.end }])).toEqual([]);
    expect(repaired('(func)', [{ op: Op.return }, i32, { op: Op.drop }])).toEqual(['return']);
  });

  it('closes blocks and leaves surplus operands behind', () => {
    const block: Expr[number] = { op: Op.block, blockType: { kind: 'value', type: parse('(module (global i32 i32.const 0))').globals[0]!.type.type } };
    expect(repaired('(func (result i32))', [block, i32, i32])).toEqual(['block', 'i32.const', 'i32.const', 'br', 'end']);
    expect(repaired('(func (result i32))', [{ ...block, op: Op.if }])).toEqual(['i32.const', 'if', 'i32.const', 'else', 'i32.const', 'end']);
  });

  it('ends where a result has no value', () => {
    expect(repaired('(func (result (ref none)))', [])).toEqual(['unreachable']);
  });
});

describe('fixup of definitions', () => {
  function fixedModule(module: Module): Module {
    const { module: result } = fixup(programOf(module))!.modules[0]!;
    validate(result);
    return result;
  }

  it('gives up a subtype relation that does not hold', () => {
    const module = parse('(module (type (sub (struct (field i32)))) (type (sub 0 (struct (field i32) (field i64)))))');
    const [first, second] = module.recGroups.map((group) => group[0]!);
    const wrong = { ...second!, composite: { kind: 'struct', fields: [] } } as const;
    expect(fixedModule({ ...module, recGroups: [[first!], [wrong]] }).recGroups[1]![0]!.supertypes).toEqual([]);
  });

  it('makes a value that fits the type of a global, or makes the global nullable', () => {
    const module = parse(`(module ${TYPES} (global (ref $node) struct.new_default $node) (global (ref null exn) ref.null exn))`);
    const [node, exn] = module.globals;
    const wrong = { ...exn!, type: { ...exn!.type, type: (exn!.type.type - 1) as typeof exn.type.type } };
    const fixed = fixedModule({ ...module, globals: [{ ...node!, init: [] }, wrong] });
    expect(fixed.globals.map(({ init }) => init.map(({ op }) => instructionName(op)))).toEqual([['struct.new_default'], ['ref.null']]);
  });

  it('sees to those that used a global which has become nullable', () => {
    const module = parse(`(module (rec (type $endless (struct (field (ref $endless)))))
      (global $g (ref $endless) (struct.new $endless (global.get 9)))
      (table 4 (ref null $endless))
      (elem (i32.const 0) (ref $endless) (global.get $g)))`);
    const { module: result } = fixup(programOf(module))!.modules[0]!;
    expect(() => validate(result)).not.toThrow();
  });

  it('keeps of a constant expression what its value needs', () => {
    const module = parse('(module (global i32 (i32.add (i32.const 1) (i32.const 2))))');
    const [global] = module.globals;
    expect(fixedModule({ ...module, globals: [{ ...global!, init: [i32, i32, ...global!.init] }] }).globals[0]!.init).toEqual(global!.init);
  });

  it('drops exports of what is gone, and a start function that cannot be one', () => {
    const module = parse('(module (func (export "f") (param i32)) (memory (export "m") 1))');
    const fixed = fixedModule({ ...module, memories: [], start: 0 });
    expect([fixed.exports.map(({ name }) => name), fixed.start]).toEqual([['f'], undefined]);
  });
});

describe('fixup of steps', () => {
  const module = parse('(module (func (export "f") (param i32 anyref)) (global (export "g") anyref (ref.null any)))');
  const call = (name: string, ...args: Extract<Step, { kind: 'call' }>['args']): Step => ({ kind: 'call', module: 0, export: name, args });

  it('drops steps that name what is gone or cannot be written', () => {
    const program = programOf(module, call('gone'), { kind: 'setGlobal', module: 0, export: 'g', value: { kind: 'null' } });
    expect(fixup(program)!.steps).toEqual([{ kind: 'instantiate', module: 0 }]);
  });

  it('passes arguments that may fit', () => {
    const { steps } = fixup(programOf(module, call('f', { kind: 'null' }, { kind: 'kept', slot: 1 }, { kind: 'null' })))!;
    expect(steps[1]).toEqual(call('f', { kind: 'i32', value: 0 }, { kind: 'kept', slot: 1 }));
  });

  it('brings numbers into the range of their kind', () => {
    const { steps } = fixup(programOf(module, call('f', { kind: 'i32', value: 2 ** 32 - 1 }, { kind: 'i31', value: 2 ** 30 })))!;
    expect(steps[1]).toEqual(call('f', { kind: 'i32', value: -1 }, { kind: 'i31', value: -(2 ** 30) }));
  });

  it('uses no instance that was dropped', () => {
    const program = programOf(module);
    const drop: Step = { kind: 'drop', module: 0 };
    const [instantiate] = program.steps;
    expect(fixup({ ...program, steps: [drop, instantiate!, drop, call('f'), drop] })!.steps).toEqual([instantiate, drop]);
  });

  it('instantiates something, before it is used', () => {
    const program = programOf(module);
    expect(fixup({ ...program, steps: [call('f')] })!.steps).toEqual([{ kind: 'instantiate', module: 0 }]);
  });

  it('needs a module', () => {
    expect(fixup({ ...programOf(module), modules: [] })).toBeUndefined();
  });
});
