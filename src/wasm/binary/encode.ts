/**
 * Module to bytes (spec: Binary Format / Modules).
 *
 * The encoding is canonical: shortest integers, sections without entries left out, a data count section whenever there
 * are data segments, element segments in the shortest form that says the same. `decode(encode(m))` equals `m`, provided
 * that the names of `m` are well-formed strings and custom sections come in the order of their places.
 */
import type {
  DataSegment,
  ElementSegment,
  Export,
  ExternKind,
  ExternType,
  Func,
  Global,
  Import,
  Module,
  Table,
} from '../syntax/module.ts';
import { OPCODE_LIMIT, immediateKinds } from '../syntax/instructions.ts';
import { functionIndices } from '../syntax/module.ts';
import { ValType } from '../syntax/types.ts';
import { encodeBody, encodeExpr } from './encode-code.ts';
import {
  encodeGlobalType,
  encodeIndex,
  encodeMemoryType,
  encodeRecGroup,
  encodeTableType,
  encodeTagType,
  encodeValType,
} from './encode-types.ts';
import { EXTERN_KINDS, MAGIC, SECTION_ORDER, SectionId, VERSION } from './sections.ts';
import { Writer } from './writer.ts';

const KIND_CODES = Object.fromEntries(EXTERN_KINDS.map((kind, code) => [kind, code])) as Record<ExternKind, number>;

/** Reused, because a fresh buffer costs as much as encoding a small module into it. */
let scratch = new Writer();
const SCRATCH_LIMIT_BYTES = 1 << 20;

/** Encodes a module, valid or not. */
export function encode(module: Module): Uint8Array {
  scratch.truncate(0);
  encodeModule(scratch, module);
  const bytes = scratch.finish();
  if (bytes.length > SCRATCH_LIMIT_BYTES) scratch = new Writer();
  return bytes;
}

function encodeModule(w: Writer, module: Module): void {
  w.raw(MAGIC);
  w.raw(VERSION);
  encodeCustoms(w, module, 0);
  for (const id of SECTION_ORDER) {
    const start = w.length;
    w.byte(id);
    const body = w.beginSized();
    if (encodeSection(w, id, module)) w.endSized(body);
    else w.truncate(start);
    encodeCustoms(w, module, id);
  }
}

function encodeCustoms(w: Writer, module: Module, after: number): void {
  for (const custom of module.customs) {
    if (custom.after !== after) continue;
    w.byte(SectionId.custom);
    const body = w.beginSized();
    w.name(custom.name);
    w.raw(custom.bytes);
    w.endSized(body);
  }
}

/** Whether the section has entries; otherwise what was written of it is void. */
function encodeSection(w: Writer, id: number, module: Module): boolean {
  switch (id) {
    case SectionId.type:
      return encodeEntries(w, module.recGroups, encodeRecGroup);
    case SectionId.import:
      return encodeEntries(w, module.imports, encodeImport);
    case SectionId.function:
      return encodeEntries(w, module.functions, (_, func) => w.u32(func.typeIndex));
    case SectionId.table:
      return encodeEntries(w, module.tables, encodeTable);
    case SectionId.memory:
      return encodeEntries(w, module.memories, encodeMemoryType);
    case SectionId.tag:
      return encodeEntries(w, module.tags, encodeTagType);
    case SectionId.global:
      return encodeEntries(w, module.globals, encodeGlobal);
    case SectionId.export:
      return encodeEntries(w, module.exports, encodeExport);
    case SectionId.start:
      if (module.start !== undefined) w.u32(module.start);
      return module.start !== undefined;
    case SectionId.element:
      return encodeEntries(w, module.elements, encodeElement);
    case SectionId.dataCount:
      w.u32(module.datas.length);
      return module.datas.length > 0 || module.functions.some(usesData);
    case SectionId.code:
      return encodeEntries(w, module.functions, encodeBody);
    default:
      return encodeEntries(w, module.datas, encodeData);
  }
}

/** Code that names a data segment needs a data count section, even where there is no such segment. */
function usesData({ body }: Func): boolean {
  for (let i = 0; i < body.length; i++) if (NAMES_DATA[body[i]!.op] === 1) return true;
  return false;
}
/** By opcode: to look for a field in instructions of all shapes takes several times as long. */
const NAMES_DATA = Uint8Array.from({ length: OPCODE_LIMIT }, (_, op) => (immediateKinds(op)?.includes('data') === true ? 1 : 0));

function encodeEntries<T>(w: Writer, entries: readonly T[], entry: (w: Writer, entry: T) => void): boolean {
  w.vector(entries, entry);
  return entries.length > 0;
}

function encodeExternType(w: Writer, type: ExternType): void {
  w.byte(KIND_CODES[type.kind]);
  switch (type.kind) {
    case 'func':
      return w.u32(type.typeIndex);
    case 'table':
      return encodeTableType(w, type);
    case 'memory':
      return encodeMemoryType(w, type);
    case 'global':
      return encodeGlobalType(w, type);
    case 'tag':
      return encodeTagType(w, type);
  }
}

function encodeImport(w: Writer, { module, name, type }: Import): void {
  w.name(module);
  w.name(name);
  encodeExternType(w, type);
}

function encodeExport(w: Writer, { name, kind, index }: Export): void {
  w.name(name);
  w.byte(KIND_CODES[kind]);
  w.u32(index);
}

function encodeTable(w: Writer, { type, init }: Table): void {
  if (init !== undefined) w.raw([0x40, 0x00]);
  encodeTableType(w, type);
  if (init !== undefined) encodeExpr(w, init);
}

function encodeGlobal(w: Writer, { type, init }: Global): void {
  encodeGlobalType(w, type);
  encodeExpr(w, init);
}

/** Bits of the flags: 0 not active, 1 declarative or explicit table, 2 expressions. */
function encodeElement(w: Writer, segment: ElementSegment): void {
  const { type, mode } = segment;
  const indices = functionIndices(segment);
  const abbreviated =
    mode.kind === 'active' && mode.table === 0 && (indices !== undefined || type === ValType.funcref);
  const expressions = indices === undefined ? 4 : 0;
  if (mode.kind === 'active') {
    w.u32((abbreviated ? 0 : 2) | expressions);
    if (!abbreviated) w.u32(mode.table);
    encodeExpr(w, mode.offset);
  } else {
    w.u32((mode.kind === 'passive' ? 1 : 3) | expressions);
  }
  if (!abbreviated) {
    if (indices === undefined) encodeValType(w, type);
    else w.byte(0);
  }
  if (indices === undefined) w.vector(segment.items, encodeExpr);
  else w.vector(indices, encodeIndex);
}

function encodeData(w: Writer, { bytes, mode }: DataSegment): void {
  if (mode.kind === 'passive') {
    w.u32(1);
  } else {
    w.u32(mode.memory === 0 ? 0 : 2);
    if (mode.memory !== 0) w.u32(mode.memory);
    encodeExpr(w, mode.offset);
  }
  w.u32(bytes.length);
  w.raw(bytes);
}
