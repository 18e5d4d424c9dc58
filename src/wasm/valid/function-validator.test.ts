import { describe, expect, it } from 'vitest';
import { ValidationError } from '../errors.ts';
import type { Instruction, InstructionName } from '../syntax/instructions.ts';
import { Op, instructionTable } from '../syntax/instructions.ts';
import type { Module } from '../syntax/module.ts';
import { EMPTY_MODULE } from '../syntax/module.ts';
import type { RecGroup } from '../syntax/types.ts';
import { BOTTOM, BOTTOM_HEAP, HeapType, PackedType, ValType, concrete, refType } from '../syntax/types.ts';
import { FunctionValidator } from './function-validator.ts';
import { ModuleContext } from './module-context.ts';
import { TypeRegistry } from './type-registry.ts';

const { i32, i64, f32 } = ValType;
const i = (value: number): Instruction => ({ op: Op['i32.const'], value });
type PlainName = 'i32.add' | 'drop' | 'end' | 'else' | 'unreachable' | 'ref.as_non_null' | 'select';
const plain = (name: PlainName): Instruction => ({ op: Op[name] });
const EMPTY_BLOCK = { kind: 'empty' } as const;

/** Type 0 is the function type, type 1 a structure of a mutable i8. */
function moduleOf(params: readonly ValType[], results: readonly ValType[], locals: readonly ValType[] = []): Module {
  const recGroups: RecGroup[] = [
    [{ final: true, supertypes: [], composite: { kind: 'func', params, results } }],
    [
      {
        final: true,
        supertypes: [],
        composite: { kind: 'struct', fields: [{ storage: PackedType.i8, mutable: true }] },
      },
    ],
  ];
  return { ...EMPTY_MODULE, recGroups, functions: [{ typeIndex: 0, locals, body: [] }] };
}
function begin(module: Module): FunctionValidator {
  const validator = new FunctionValidator(new ModuleContext(module, new TypeRegistry()));
  validator.beginFunction(0, module.functions[0]!);
  return validator;
}
function run(validator: FunctionValidator, ...body: readonly Instruction[]): FunctionValidator {
  for (const instruction of body) validator.step(instruction);
  return validator;
}

describe('the state between steps', () => {
  it('shows operands, locals and blocks', () => {
    const validator = begin(moduleOf([i64], [], [f32]));
    expect(validator.locals).toEqual([i64, f32]);
    run(validator, i(1), { op: Op.block, blockType: { kind: 'value', type: f32 } }, i(2));
    expect(validator.operands).toEqual([i32, i32]);
    expect(validator.controls).toHaveLength(2);
    expect(validator.controls[1]).toMatchObject({ opcode: Op.block, endTypes: [f32], height: 1, unreachable: false });
    expect(validator.labelTypes(0)).toEqual([f32]);
    expect(validator.labelTypes(1)).toEqual([]);
  });

  it('has the bottom type where operands are unknown', () => {
    const validator = run(begin(moduleOf([], [])), plain('unreachable'), i(1), plain('select'));
    expect(validator.operands).toEqual([BOTTOM]);
    expect(validator.controls[0]!.unreachable).toBe(true);
    run(validator, plain('ref.as_non_null'));
    expect(validator.operands).toEqual([refType(BOTTOM_HEAP, false)]);
    expect(() => run(validator, plain('i32.add'))).toThrow('expected i32');
  });

  it('names the branch target of a loop by its start types', () => {
    const validator = begin(moduleOf([i32], [i64]));
    run(validator, i(0), { op: Op.loop, blockType: { kind: 'type', index: 0 } });
    expect(validator.labelTypes(0)).toEqual([i32]);
  });

  it('starts afresh after an error', () => {
    const module = moduleOf([], [i32]);
    const validator = begin(module);
    const body = [i(1), { op: Op.block, blockType: EMPTY_BLOCK }, plain('drop')];
    expect(() => run(validator, ...body)).toThrow(ValidationError);
    validator.beginFunction(0, module.functions[0]!);
    expect(validator.operands).toEqual([]);
    expect(validator.controls).toHaveLength(1);
    run(validator, i(1)).finish();
  });
});

describe('errors', () => {
  it('tell the function and the instruction', () => {
    const validator = begin(moduleOf([], []));
    expect(() => run(validator, i(1), plain('i32.add'))).toThrow(
      expect.objectContaining({ place: { space: 'function', index: 0, instruction: 1 } }),
    );
  });
  it('tell the end of the body by the position after its last instruction', () => {
    const validator = run(begin(moduleOf([], [])), i(1));
    expect(() => validator.finish()).toThrow(
      expect.objectContaining({ place: { space: 'function', index: 0, instruction: 1 } }),
    );
  });
  const type1 = refType(concrete(1), true);
  const bodies: [string, string, Instruction[]][] = [
    ['a block that is not closed', 'not closed', [{ op: Op.block, blockType: EMPTY_BLOCK }]],
    ['an end too many', 'end without block', [plain('end')]],
    ['an else without if', 'else without if', [{ op: Op.block, blockType: EMPTY_BLOCK }, plain('else')]],
    ['a label that does not exist', 'unknown label 1', [{ op: Op.br, label: 1 }]],
    ['operands of an outer block', 'empty', [i(1), { op: Op.block, blockType: EMPTY_BLOCK }, plain('drop')]],
    [
      'if without else that changes its operands',
      'if without else',
      [i(1), { op: Op.if, blockType: { kind: 'value', type: i32 } }, i(2), plain('end')],
    ],
    [
      'a packed field read without extension',
      'packed',
      [{ op: Op['ref.null'], heapType: concrete(1) }, { op: Op['struct.get'], type: 1, field: 0 }],
    ],
    ['an unset local', 'uninitialized local 0', [{ op: Op['local.get'], local: 0 }]],
    [
      'a local that was set in a block only',
      'uninitialized local 0',
      [
        { op: Op.block, blockType: EMPTY_BLOCK },
        { op: Op['ref.null'], heapType: HeapType.any },
        plain('ref.as_non_null'),
        { op: Op['local.set'], local: 0 },
        plain('end'),
        { op: Op['local.get'], local: 0 },
      ],
    ],
    ['a cast to another hierarchy', 'type mismatch', [
      { op: Op['ref.null'], heapType: HeapType.func },
      { op: Op['ref.cast'], heapType: HeapType.eq },
    ]],
    ['a select of references without type', 'needs a type', [
      { op: Op['ref.null'], heapType: HeapType.any },
      { op: Op['ref.null'], heapType: HeapType.any },
      i(0),
      plain('select'),
    ]],
    ['an unknown type', 'unknown type 2', [{ op: Op['struct.new'], type: 2 }]],
    ['a br_on_cast whose target is not below its source', 'type mismatch', [
      { op: Op['ref.null'], heapType: concrete(1) },
      { op: Op.br_on_cast, label: 0, from: type1, to: ValType.anyref },
    ]],
  ];
  it.each(bodies)('%s', (_, message, body) => {
    const validator = begin(moduleOf([], [], [refType(HeapType.any, false)]));
    expect(() => run(validator, ...body).finish()).toThrow(message);
  });
});

describe('constant expressions', () => {
  it('leave one value and have constant instructions only', () => {
    const validator = begin(moduleOf([], []));
    validator.beginConstant({ space: 'global', index: 3 }, i32, 0);
    run(validator, i(1), i(2), plain('i32.add')).finish();
    validator.beginConstant({ space: 'global', index: 3 }, i32, 0);
    expect(() => run(validator, i(1), plain('drop'))).toThrow(
      'constant expression required (in global 3, instruction 1)',
    );
  });
});

describe('effort', () => {
  it('does not grow with the length of array.new_fixed in unreachable code', () => {
    const array: RecGroup = [
      { final: true, supertypes: [], composite: { kind: 'array', element: { storage: i32, mutable: false } } },
    ];
    const base = moduleOf([], []);
    const validator = begin({ ...base, recGroups: [...base.recGroups, array] });
    run(validator, plain('unreachable'), i(1), { op: Op['array.new_fixed'], type: 2, length: 2 ** 32 - 1 });
    expect(validator.operands).toEqual([refType(concrete(2), false)]);
  });
});

describe('the table of rules', () => {
  // Immediates that are wrong everywhere: the rule must notice, and must not be the rule of another family.
  const immediates = {
    blockType: { kind: 'type', index: 99 }, catches: [], label: 99, labels: [99], tag: 99,
    func: 99, type: 99, sourceType: 99, field: 99, length: 99, heapType: concrete(99), from: i32, to: i32,
    table: 99, sourceTable: 99, memory: 99, sourceMemory: 99, local: 99, global: 99, data: 99, elem: 99,
    types: [], align: 99, offset: 0, lane: 99,
  };
  function errorOf(op: number): unknown {
    try {
      begin(moduleOf([], [])).step({ op, ...immediates } as unknown as Instruction);
      return undefined;
    } catch (error) {
      return error;
    }
  }
  it.each(Object.keys(instructionTable) as InstructionName[])('has a rule for %s', (name) => {
    const error = errorOf(Op[name]);
    expect(error === undefined || error instanceof ValidationError).toBe(true);
    expect(String(error)).not.toMatch(/unknown instruction|not an? .*(instruction|load)/);
  });
  it('refuses an opcode that is no instruction', () => {
    const validator = begin(moduleOf([], []));
    expect(() => validator.step({ op: 0x3ff } as unknown as Instruction)).toThrow('unknown instruction 0x3ff');
  });
});
