/**
 * Module to text (spec: Text Format / Modules).
 *
 * The text is stable: one field a line, in the order of the binary sections, function bodies flat with one instruction
 * a line, indices as numbers and repeated as comments where they are defined. It holds everything that a module
 * says except its custom sections: `encode(parse(print(m)))` equals `encode(m)` for a module without them, valid or not.
 */
import type { Expr, Instruction } from '../syntax/instructions.ts';
import { Op } from '../syntax/instructions.ts';
import type { DataSegment, ElementSegment, ExternKind, Func, Import, Module, Table } from '../syntax/module.ts';
import { functionIndices, typesOf } from '../syntax/module.ts';
import type {
  CompositeType,
  FieldType,
  GlobalType,
  Limits,
  RecGroup,
  SubType,
  TableType,
  ValType,
} from '../syntax/types.ts';
import { typeName } from '../syntax/types.ts';
import { instructionText } from './print-code.ts';
import { formatBytes, formatName } from './strings.ts';

/** Prints a module, valid or not, as `.wat`. Custom sections are left out. */
export function print(module: Module): string {
  const count = counter();
  const lines = [
    ...printTypes(module.recGroups),
    ...module.imports.map((entry) => printImport(entry, count)),
    ...module.tables.map((table) => printTable(table, count('table'))),
    ...module.memories.map(({ limits }) => `(memory ${count('memory')} ${limitsText(limits)})`),
    ...module.tags.map((tag) => `(tag ${count('tag')} (type ${tag.typeIndex}))`),
    ...module.globals.map(({ type, init }) => `(global ${count('global')} ${globalText(type)}${spaced(exprText(init))})`),
    ...module.exports.map(({ name, kind, index }) => `(export ${formatName(name)} (${kind} ${index}))`),
    ...(module.start === undefined ? [] : [`(start ${module.start})`]),
    ...module.elements.map(printElement),
    ...printFunctions(module, count),
    ...module.datas.map(printData),
  ];
  return lines.length === 0 ? '(module)\n' : `(module\n${lines.map((line) => `  ${line}\n`).join('')})\n`;
}

/** Comments with the next index of each space. */
function counter(): (kind: ExternKind) => string {
  const next = { func: 0, table: 0, memory: 0, global: 0, tag: 0 };
  return (kind) => comment(next[kind]++);
}
function comment(index: number): string {
  return `(;${index};)`;
}
function spaced(text: string): string {
  return text === '' ? '' : ` ${text}`;
}

function printTypes(groups: readonly RecGroup[]): string[] {
  const lines: string[] = [];
  let index = 0;
  for (const group of groups) {
    const types = group.map((type) => `(type ${comment(index++)} ${subTypeText(type)})`);
    if (group.length === 1) lines.push(types[0]!);
    else lines.push('(rec', ...types.map((type) => `  ${type}`), ')');
  }
  return lines;
}

function subTypeText({ final, supertypes, composite }: SubType): string {
  const text = compositeText(composite);
  if (final && supertypes.length === 0) return text;
  return `(${['sub', ...(final ? ['final'] : []), ...supertypes, text].join(' ')})`;
}

function compositeText(type: CompositeType): string {
  switch (type.kind) {
    case 'func':
      return `(func${signatureText(type.params, type.results)})`;
    case 'struct':
      return `(struct${type.fields.map((field) => ` (field ${fieldText(field)})`).join('')})`;
    case 'array':
      return `(array ${fieldText(type.element)})`;
  }
}

function fieldText({ storage, mutable }: FieldType): string {
  return mutable ? `(mut ${typeName(storage)})` : typeName(storage);
}

function signatureText(params: readonly ValType[], results: readonly ValType[]): string {
  return typesText('param', params) + typesText('result', results);
}
/** ` (param i32 i64)`, or nothing. */
function typesText(word: string, types: readonly ValType[]): string {
  return types.length === 0 ? '' : ` (${word} ${types.map(typeName).join(' ')})`;
}

function limitsText({ min, max }: Limits): string {
  return max === undefined ? String(min) : `${min} ${max}`;
}
function tableText({ limits, element }: TableType): string {
  return `${limitsText(limits)} ${typeName(element)}`;
}
function globalText({ type, mutable }: GlobalType): string {
  return fieldText({ storage: type, mutable });
}

function printImport({ module, name, type }: Import, count: (kind: ExternKind) => string): string {
  return `(import ${formatName(module)} ${formatName(name)} (${type.kind} ${count(type.kind)} ${externText(type)}))`;
}
function externText(type: Import['type']): string {
  switch (type.kind) {
    case 'func':
    case 'tag':
      return `(type ${type.typeIndex})`;
    case 'table':
      return tableText(type);
    case 'memory':
      return limitsText(type.limits);
    case 'global':
      return globalText(type);
  }
}

function printTable({ type, init }: Table, index: string): string {
  return `(table ${index} ${tableText(type)}${init === undefined ? '' : spaced(exprText(init))})`;
}

/**
 * A constant expression on one line. The last instruction holds the others as its operands, which reads well in the
 * common case and means the same sequence in every case.
 */
function exprText(expr: Expr): string {
  if (expr.some(isStructured)) return expr.map(instructionText).join(' ');
  const last = expr.at(-1);
  if (last === undefined) return '';
  const operands = expr.slice(0, -1).map((instruction) => ` (${instructionText(instruction)})`);
  return `(${instructionText(last)}${operands.join('')})`;
}

function printElement(segment: ElementSegment, index: number): string {
  const { mode, type, items } = segment;
  const indices = functionIndices(segment);
  const parts = [
    'elem',
    comment(index),
    ...(mode.kind === 'declarative' ? ['declare'] : []),
    ...(mode.kind === 'active' ? [`(table ${mode.table})`, `(offset${spaced(exprText(mode.offset))})`] : []),
    ...(indices === undefined
      ? [typeName(type), ...items.map((item) => `(item${spaced(exprText(item))})`)]
      : ['func', ...indices]),
  ];
  return `(${parts.join(' ')})`;
}

function printData({ bytes, mode }: DataSegment, index: number): string {
  const parts = [
    'data',
    comment(index),
    ...(mode.kind === 'active' ? [`(memory ${mode.memory})`, `(offset${spaced(exprText(mode.offset))})`] : []),
    formatBytes(bytes),
  ];
  return `(${parts.join(' ')})`;
}

function printFunctions(module: Module, count: (kind: ExternKind) => string): string[] {
  const types = typesOf(module);
  return module.functions.flatMap((func) => printFunction(func, count('func'), types));
}

/** A function says its signature again for readers, unless that would make text much longer than the module. */
function repeatedSignature(type: CompositeType | undefined): string {
  if (type?.kind !== 'func' || type.params.length + type.results.length > MAX_REPEATED_TYPES) return '';
  return signatureText(type.params, type.results);
}
const MAX_REPEATED_TYPES = 100;

function printFunction(func: Func, index: string, types: readonly SubType[]): string[] {
  const signature = repeatedSignature(types[func.typeIndex]?.composite);
  const head = `(func ${index} (type ${func.typeIndex})${signature}${typesText('local', func.locals)}`;
  return [head, ...printBody(func.body), ')'];
}

const { block: BLOCK, loop: LOOP, if: IF, try_table: TRY_TABLE, else: ELSE, end: END } = Op;

function opensBlock(op: number): boolean {
  return op === BLOCK || op === LOOP || op === IF || op === TRY_TABLE;
}
function isStructured({ op }: Instruction): boolean {
  return opensBlock(op) || op === ELSE || op === END;
}

/** Indentation stops growing at this depth, so that text stays linear in the size of the module. */
const MAX_INDENT = 40;

function printBody(body: Expr): string[] {
  let depth = 1;
  return body.map((instruction) => {
    const { op } = instruction;
    if (op === END || op === ELSE) depth--;
    const indent = '  '.repeat(Math.max(0, Math.min(depth, MAX_INDENT)));
    if (op === ELSE || opensBlock(op)) depth++;
    return indent + instructionText(instruction);
  });
}
