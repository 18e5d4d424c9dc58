/** A finding as one text and the bytes of its modules: for places that are no folder, such as a database. */
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Finding } from './finding.ts';
import type { Role } from './record.ts';
import { fromJson, toJson } from './record.ts';

export type { Role } from './record.ts';

export interface PackedModule {
  readonly role: Role;
  readonly position: number;
  readonly bytes: Uint8Array;
}
export interface PackedFinding {
  /** As `finding.json`. */
  readonly record: string;
  readonly modules: readonly PackedModule[];
}

export function packFinding(finding: Finding): PackedFinding {
  const modulesOf = (role: Role, { modules }: Program): readonly PackedModule[] =>
    modules.map(({ module }, position) => ({ role, position, bytes: encode(module) }));
  return { record: toJson(finding, ''), modules: [...modulesOf('module', finding.program), ...modulesOf('original', finding.original)] };
}

/** @throws FindingError when it is not what `packFinding` gives */
export function unpackFinding({ record, modules }: PackedFinding): Finding {
  return fromJson(record, (role) => (_, position) => {
    const packed = modules.find((module) => module.role === role && module.position === position);
    return decode(packed?.bytes ?? new Uint8Array());
  });
}
