import { describe, expect, it } from 'vitest';
import { looksLikeScript, readScript } from './script.ts';

function commandsOf(...commands: readonly object[]) {
  return readScript({ source_filename: 'a.wast', commands }).commands;
}
/** The only pattern of an `assert_return`. */
function expectedOf(value: object) {
  const action = { type: 'get', field: 'g' };
  const [command] = commandsOf({ type: 'assert_return', line: 1, action, expected: [value] });
  return command!.type === 'assert_return' ? command!.expected[0] : undefined;
}
function argumentOf(value: object) {
  const [command] = commandsOf({ type: 'action', line: 1, action: { type: 'invoke', field: 'f', args: [value] } });
  return command!.type === 'action' && command!.action.type === 'invoke' ? command!.action.args[0] : undefined;
}

describe('readScript', () => {
  it('reads every kind of command', () => {
    const action = { type: 'invoke', module: '$m', field: 'f', args: [] };
    const read = { type: 'invoke', module: '$m', field: 'f', args: [] };
    const filename = 'a.0.wasm';
    const file = { form: 'binary', filename };
    expect(
      commandsOf(
        { type: 'module', line: 1, name: '$m', filename, module_type: 'binary' },
        { type: 'module_definition', line: 2, filename },
        { type: 'module_instance', line: 3, instance: '$i', module: '$m' },
        { type: 'register', line: 4, as: 'm' },
        { type: 'action', line: 5, action },
        { type: 'assert_return', line: 6, action, expected: [] },
        { type: 'assert_trap', line: 7, action, text: 'unreachable' },
        { type: 'assert_exhaustion', line: 8, action, text: 'call stack exhausted' },
        { type: 'assert_exception', line: 9, action: { type: 'get', field: 'g' } },
        { type: 'assert_invalid', line: 10, filename, module_type: 'binary', text: 'type mismatch' },
        { type: 'wait', line: 11, thread: '$t' },
      ),
    ).toEqual([
      { type: 'module', line: 1, name: '$m', file },
      { type: 'module_definition', line: 2, name: undefined, file },
      { type: 'module_instance', line: 3, instance: '$i', module: '$m' },
      { type: 'register', line: 4, name: undefined, as: 'm' },
      { type: 'action', line: 5, action: read },
      { type: 'assert_return', line: 6, action: read, expected: [] },
      { type: 'assert_trap', line: 7, action: read, text: 'unreachable' },
      { type: 'assert_exhaustion', line: 8, action: read, text: 'call stack exhausted' },
      { type: 'assert_exception', line: 9, action: { type: 'get', module: undefined, field: 'g' } },
      { type: 'assert_invalid', line: 10, file, text: 'type mismatch' },
      { type: 'unknown', line: 11, what: 'wait' },
    ]);
  });

  it('prefers the binary form of a module that is quoted as text', () => {
    const text = { filename: 'a.0.wat', module_type: 'text' };
    expect(
      commandsOf({ type: 'module', line: 1, ...text, binary_filename: 'a.0.wasm' }, { type: 'module', line: 2, ...text }),
    ).toMatchObject([
      { file: { form: 'binary', filename: 'a.0.wasm' } },
      { file: { form: 'text', filename: 'a.0.wat' } },
    ]);
  });

  it.each([
    ['script is not an object', []],
    ['script.source_filename is not a string', { commands: [] }],
    ['script.commands is not an array', { source_filename: 'a', commands: {} }],
    ['script.commands[0].type is not a string', { source_filename: 'a', commands: [{}] }],
    ['script.commands[0].filename is not a string', { source_filename: 'a', commands: [{ type: 'module' }] }],
    ['script.commands[0].line is not a non-negative integer', { source_filename: 'a', commands: [{ type: 'x', line: -1 }] }],
    [
      'script.commands[1].action.type is not an action',
      {
        source_filename: 'a',
        commands: [
          { type: 'x', line: 1 },
          { type: 'action', action: { type: 'call', field: 'f' } },
        ],
      },
    ],
  ])('says that %s', (message, json) => {
    expect(() => readScript(json)).toThrow(expect.objectContaining({ name: 'ScriptError', message }));
  });

  it('tells scripts from other JSON', () => {
    expect(looksLikeScript({ source_filename: 'a', commands: 3 })).toBe(true);
    for (const json of [{ scripts: [] }, null, [], 'commands']) expect(looksLikeScript(json)).toBe(false);
  });
});

describe('expected values', () => {
  it.each([
    [{ type: 'i32', value: '4294967295' }, { kind: 'number', type: 'i32', bits: 0xffff_ffffn }],
    [{ type: 'i32', value: '-1' }, { kind: 'number', type: 'i32', bits: 0xffff_ffffn }],
    [{ type: 'i64', value: '-9223372036854775808' }, { kind: 'number', type: 'i64', bits: 1n << 63n }],
    [{ type: 'f32', value: '1065353216' }, { kind: 'number', type: 'f32', bits: 0x3f80_0000n }],
    [{ type: 'f64', value: 'nan:canonical' }, { kind: 'number', type: 'f64', bits: 'nan:canonical' }],
    [
      { type: 'v128', lane_type: 'f64', value: ['nan:arithmetic', '1'] },
      { kind: 'vector', type: 'f64', lanes: ['nan:arithmetic', 1n] },
    ],
    [{ type: 'externref', value: '3' }, { kind: 'host', id: 3 }],
    [{ type: 'anyref', value: '3' }, { kind: 'host', id: 3 }],
    [{ type: 'structref', value: 'null' }, { kind: 'null' }],
    [{ type: 'structref' }, { kind: 'reference', to: 'struct' }],
    [{ type: 'nullexnref' }, { kind: 'null' }],
    [{ type: 'refnull' }, { kind: 'null' }],
    [
      { type: 'either', values: [{ type: 'refnull' }, { type: 'eqref' }] },
      { kind: 'either', choices: [{ kind: 'null' }, { kind: 'reference', to: 'eq' }] },
    ],
  ])('%j', (json, expected) => {
    expect(expectedOf(json)).toEqual(expected);
  });

  it.each([
    [{ type: 'i32', value: '0x10' }, 'value is not a decimal integer'],
    [{ type: 'i32', value: 'nan:canonical' }, 'value is not a value of type i32'],
    [{ type: 'i32', value: 3 }, 'value is not a string'],
    [{ type: 'v128', lane_type: 'i32', value: ['1', '2', '3'] }, 'value is not 128 bits'],
    [{ type: 'v128', lane_type: 'i1', value: [] }, 'lane_type is not a type of lanes'],
    [{ type: 'funcref', value: '3' }, "value is not 'null'"],
    [{ type: 'externref', value: '-3' }, 'value is not a number of a host value'],
    [{ type: 'toString' }, 'type is not a known type'],
    [{ type: 'either', values: [{ type: 'either', values: [] }] }, 'type is not a plain value'],
  ])('%j is refused: %s', (json, problem) => {
    expect(() => expectedOf(json)).toThrow(problem);
  });
});

describe('arguments', () => {
  it.each([
    [{ type: 'i64', value: '-1' }, { kind: 'number', type: 'i64', bits: 0xffff_ffff_ffff_ffffn }],
    [{ type: 'eqref' }, { kind: 'null' }],
    [{ type: 'anyref', value: '0' }, { kind: 'host', id: 0 }],
    [
      { type: 'v128', lane_type: 'i32', value: ['1', '2', '3', '-1'] },
      { kind: 'vector', bits: 0xffff_ffff_0000_0003_0000_0002_0000_0001n },
    ],
  ])('%j', (json, argument) => {
    expect(argumentOf(json)).toEqual(argument);
  });

  it.each([
    { type: 'f32', value: 'nan:canonical' },
    { type: 'v128', lane_type: 'f64', value: ['0', 'nan:canonical'] },
    { type: 'either', values: [] },
  ])('%j is refused', (json) => {
    expect(() => argumentOf(json)).toThrow('action.args[0] is a pattern and cannot be an argument');
  });
});
