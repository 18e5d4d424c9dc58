/**
 * Bytes to Module (spec: Binary Format / Modules).
 *
 * Strict: what the binary grammar does not allow is a DecodeError. Nothing is validated. Time and memory are
 * about linear in the length of the input, whatever the input is.
 */
import { DecodeError, UnsupportedError } from '../errors.ts';
import type { Expr, Instruction } from '../syntax/instructions.ts';
import { Op } from '../syntax/instructions.ts';
import type {
  CustomSection,
  DataSegment,
  ElementMode,
  ElementSegment,
  Export,
  ExternKind,
  ExternType,
  Global,
  Import,
  Module,
  Table,
} from '../syntax/module.ts';
import type { MemoryType, RecGroup, TagType } from '../syntax/types.ts';
import { HeapType, ValType, refType } from '../syntax/types.ts';
import type { FunctionBody } from './decode-code.ts';
import { decodeBodies, decodeExpr } from './decode-code.ts';
import {
  decodeGlobalType,
  decodeIndex,
  decodeMemoryType,
  decodeRecGroup,
  decodeRefType,
  decodeTableType,
  decodeTagType,
} from './decode-types.ts';
import { Reader } from './reader.ts';
import { EXTERN_KINDS, MAGIC, SECTION_ORDER, SectionId, VERSION } from './sections.ts';

const rank: number[] = [];
SECTION_ORDER.forEach((id, i) => (rank[id] = i + 1));

/** What has been read so far; sections fill in their part. */
interface Sections {
  recGroups: RecGroup[];
  imports: Import[];
  typeIndices: number[];
  tables: Table[];
  memories: MemoryType[];
  tags: TagType[];
  globals: Global[];
  exports: Export[];
  start: number | undefined;
  elements: ElementSegment[];
  dataCount: number | undefined;
  bodies: FunctionBody[];
  datas: DataSegment[];
  customs: CustomSection[];
}

/**
 * Decodes a module.
 * @throws {DecodeError} with the offset, when the bytes are not a module
 * @throws {UnsupportedError} when they need a feature that is not supported (SIMD arithmetic, memory64, ...)
 * @throws {LimitError} when they exceed a limit of `limits.ts`
 */
export function decode(bytes: Uint8Array): Module {
  const r = new Reader(bytes);
  decodeHeader(r);
  const sections: Sections = {
    recGroups: [],
    imports: [],
    typeIndices: [],
    tables: [],
    memories: [],
    tags: [],
    globals: [],
    exports: [],
    start: undefined,
    elements: [],
    dataCount: undefined,
    bodies: [],
    datas: [],
    customs: [],
  };
  let previous = 0;
  let after = 0;
  while (!r.atEnd) {
    const start = r.offset;
    const id = r.byte();
    const outer = r.enter(r.u32());
    if (id === SectionId.custom) {
      const name = r.name();
      sections.customs.push({ name, bytes: r.take(r.end - r.offset), after });
    } else {
      const position = rank[id];
      if (position === undefined) throw new DecodeError(`malformed section id ${id}`, start);
      if (position <= previous) throw new DecodeError('unexpected content after last section', start);
      previous = position;
      // A section without entries leaves no trace in a Module, so nothing follows it.
      if (decodeSection(id, r, sections) > 0) after = id;
    }
    r.leave(outer, 'section');
  }
  return assemble(sections, r.offset);
}

function decodeHeader(r: Reader): void {
  if (MAGIC.some((byte) => r.atEnd || r.byte() !== byte)) throw new DecodeError('magic header not detected', 0);
  if (VERSION.some((byte) => r.atEnd || r.byte() !== byte)) throw new DecodeError('unknown binary version', 4);
}

/** Returns the number of entries. */
function decodeSection(id: number, r: Reader, sections: Sections): number {
  switch (id) {
    case SectionId.type:
      return (sections.recGroups = r.vector(decodeRecGroup)).length;
    case SectionId.import:
      return (sections.imports = r.vector(decodeImport)).length;
    case SectionId.function:
      return (sections.typeIndices = r.vector(decodeIndex)).length;
    case SectionId.table:
      return (sections.tables = r.vector(decodeTable)).length;
    case SectionId.memory:
      return (sections.memories = r.vector(decodeMemoryType)).length;
    case SectionId.tag:
      return (sections.tags = r.vector(decodeTagType)).length;
    case SectionId.global:
      return (sections.globals = r.vector(decodeGlobal)).length;
    case SectionId.export:
      return (sections.exports = r.vector(decodeExport)).length;
    case SectionId.start:
      sections.start = r.u32();
      return 1;
    case SectionId.element:
      return (sections.elements = r.vector(decodeElement)).length;
    case SectionId.dataCount:
      return (sections.dataCount = r.u32());
    case SectionId.code:
      return decodeCode(r, sections);
    default:
      return (sections.datas = r.vector(decodeData)).length;
  }
}

function assemble(sections: Sections, end: number): Module {
  const { typeIndices, bodies, dataCount, datas } = sections;
  if (typeIndices.length !== bodies.length) {
    throw new DecodeError('function and code section have inconsistent lengths', end);
  }
  if (dataCount !== undefined && dataCount !== datas.length) {
    throw new DecodeError('data count and data section have inconsistent lengths', end);
  }
  return {
    recGroups: sections.recGroups,
    imports: sections.imports,
    functions: bodies.map(({ locals, body }, i) => ({ typeIndex: typeIndices[i]!, locals, body })),
    tables: sections.tables,
    memories: sections.memories,
    tags: sections.tags,
    globals: sections.globals,
    exports: sections.exports,
    start: sections.start,
    elements: sections.elements,
    datas,
    customs: sections.customs,
  };
}

function decodeExternKind(r: Reader): ExternKind {
  const code = r.byte();
  const kind = EXTERN_KINDS[code];
  if (kind !== undefined) return kind;
  if (code === 0x20) throw new UnsupportedError('custom-descriptors', 'exact function', r.offset - 1);
  throw new DecodeError('malformed import or export kind', r.offset - 1);
}

function decodeExternType(r: Reader): ExternType {
  const kind = decodeExternKind(r);
  switch (kind) {
    case 'func':
      return { kind, typeIndex: r.u32() };
    case 'table':
      return { kind, ...decodeTableType(r) };
    case 'memory':
      return { kind, ...decodeMemoryType(r) };
    case 'global':
      return { kind, ...decodeGlobalType(r) };
    case 'tag':
      return { kind, ...decodeTagType(r) };
  }
}

function decodeImport(r: Reader): Import {
  return { module: r.name(), name: r.name(), type: decodeExternType(r) };
}

function decodeExport(r: Reader): Export {
  return { name: r.name(), kind: decodeExternKind(r), index: r.u32() };
}

function decodeTable(r: Reader): Table {
  if (r.peek() !== 0x40) return { type: decodeTableType(r), init: undefined };
  r.offset++;
  if (r.byte() !== 0) throw new DecodeError('malformed table', r.offset - 1);
  return { type: decodeTableType(r), init: decodeExpr(r) };
}

function decodeGlobal(r: Reader): Global {
  return { type: decodeGlobalType(r), init: decodeExpr(r) };
}

function decodeCode(r: Reader, sections: Sections): number {
  r.dataIndexOffset = undefined;
  sections.bodies = decodeBodies(r);
  if (r.dataIndexOffset !== undefined && sections.dataCount === undefined) {
    throw new DecodeError('data count section required', r.dataIndexOffset);
  }
  return sections.bodies.length;
}

const FUNCTIONS = refType(HeapType.func, false);

function decodeFunctionItem(r: Reader): Expr {
  return [{ op: Op['ref.func'], func: r.u32() } satisfies Instruction];
}

/** Bits of the flags: 0 not active, 1 declarative or explicit table, 2 expressions. */
function decodeElement(r: Reader): ElementSegment {
  const offset = r.offset;
  const flags = r.u32();
  if (flags > 7) throw new DecodeError('malformed elements segment kind', offset);
  const mode = decodeElementMode(flags, r);
  const expressions = (flags & 4) !== 0;
  const abbreviated = (flags & 3) === 0;
  const type = abbreviated ? (expressions ? ValType.funcref : FUNCTIONS) : decodeElementType(expressions, r);
  return { type, items: r.vector(expressions ? decodeExpr : decodeFunctionItem), mode };
}

function decodeElementMode(flags: number, r: Reader): ElementMode {
  if ((flags & 1) !== 0) return { kind: (flags & 2) === 0 ? 'passive' : 'declarative' };
  return { kind: 'active', table: (flags & 2) === 0 ? 0 : r.u32(), offset: decodeExpr(r) };
}

function decodeElementType(expressions: boolean, r: Reader): ValType {
  if (expressions) return decodeRefType(r);
  if (r.byte() !== 0) throw new DecodeError('malformed element kind', r.offset - 1);
  return FUNCTIONS;
}

function decodeData(r: Reader): DataSegment {
  const offset = r.offset;
  const flags = r.u32();
  if (flags > 2) throw new DecodeError('malformed data segment kind', offset);
  if (flags === 1) return { mode: { kind: 'passive' }, bytes: r.take(r.u32()) };
  const memory = flags === 2 ? r.u32() : 0;
  return { mode: { kind: 'active', memory, offset: decodeExpr(r) }, bytes: r.take(r.u32()) };
}
