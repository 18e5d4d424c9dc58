/**
 * Edits of modules as bytes. Some know where sections begin and keep their sizes right, so that what they change is
 * looked at and not refused for its length.
 */
import type { Random } from '#fuzz/generators/random.ts';

const HEADER_BYTES = 8;
/** Bytes that mean much in many places: limits of LEB128, opcodes and prefixes, type codes. */
const TELLING_BYTES = [0x00, 0x01, 0x02, 0x0b, 0x1f, 0x40, 0x60, 0x63, 0x64, 0x6a, 0x70, 0x7f, 0x80, 0xfb, 0xfc, 0xfd, 0xff];
const MAX_RUN = 16;
/** Beyond this a module only gets slower. */
const MAX_BYTES = 1 << 16;

interface Section {
  readonly id: number;
  readonly payload: readonly number[];
}

/** A mutation of `bytes`; `donor` is another module to take pieces from. */
export function mutateBytes(bytes: Uint8Array, donor: Uint8Array, random: Random): Uint8Array {
  const sections = splitSections(bytes);
  if (sections === undefined || random.chance(0.3)) return Uint8Array.from(editRun([...bytes], donor, random));
  return joinSections(bytes.subarray(0, HEADER_BYTES), editSections(sections, donor, random));
}

function editRun(bytes: number[], donor: Uint8Array, random: Random): number[] {
  const at = random.int(0, bytes.length);
  const count = random.int(1, MAX_RUN);
  switch (random.int(0, 7)) {
    case 0:
    case 1:
      if (at < bytes.length) bytes[at]! ^= 1 << random.int(0, 7);
      break;
    case 2:
    case 3:
      if (at < bytes.length) bytes[at] = random.chance(0.5) ? random.pick(TELLING_BYTES) : random.int(0, 255);
      break;
    case 4:
      bytes.splice(at, 0, ...Array.from({ length: random.int(1, 3) }, () => random.pick(TELLING_BYTES)));
      break;
    case 5:
      bytes.splice(at, random.chance(0.5) ? 1 : count);
      break;
    case 6: {
      const from = random.int(0, donor.length);
      bytes.splice(at, random.chance(0.5) ? count : 0, ...donor.subarray(from, from + count));
      break;
    }
    default:
      bytes.splice(at, 1, ...lebBlowUp(bytes[at] ?? 0, random));
  }
  return bytes;
}

/** A number written with more bytes than it needs, more than are allowed, or as a huge one. */
function lebBlowUp(byte: number, random: Random): number[] {
  const padding = random.int(1, 11);
  if (random.chance(0.5)) return [byte | 0x80, ...Array.from({ length: padding - 1 }, () => 0x80), 0x00];
  return [...Array.from({ length: padding }, () => 0xff), random.pick([0x00, 0x0f, 0x7f])];
}

function editSections(sections: Section[], donor: Uint8Array, random: Random): Section[] {
  const at = random.int(0, sections.length - 1);
  const section = sections[at]!;
  const { id, payload } = section;
  switch (random.int(0, 9)) {
    case 0:
      sections.splice(random.int(0, sections.length), 0, section);
      break;
    case 1:
      sections.splice(at, 1);
      break;
    case 2:
      sections[at] = { id: random.int(0, 15), payload };
      break;
    case 3:
      sections.splice(at, 1, ...(splitSections(donor) ?? []).filter((other) => other.id === id));
      break;
    default:
      sections[at] = { id, payload: editRun([...payload], donor, random) };
  }
  return sections;
}

/** The sections of a module, if it is made of sections at all. */
function splitSections(bytes: Uint8Array): Section[] | undefined {
  const sections: Section[] = [];
  let at = HEADER_BYTES;
  while (at < bytes.length) {
    const id = bytes[at++]!;
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 21) return undefined;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (at + size > bytes.length) return undefined;
    sections.push({ id, payload: [...bytes.subarray(at, at + size)] });
    at += size;
  }
  return sections.length === 0 ? undefined : sections;
}

function joinSections(header: Uint8Array, sections: readonly Section[]): Uint8Array {
  const bytes = [...header];
  for (const { id, payload } of sections) {
    bytes.push(id);
    let size = payload.length;
    for (; size > 0x7f; size >>>= 7) bytes.push((size & 0x7f) | 0x80);
    bytes.push(size);
    for (const byte of payload) bytes.push(byte);
  }
  return Uint8Array.from(bytes.slice(0, MAX_BYTES));
}
