/** Names of the files in a finding's folder. */
import type { ReproducerFormat } from '#fuzz/engines/foreign/reproducer.ts';
import type { Role } from './record.ts';

export const RECORD_FILE = 'finding.json';
/** In a finding's folder: the one that is taking its place. It counts as soon as it has this name and as long as it has a record. */
export const NEXT_FOLDER = '.next';

/** The first module of a Program is `module`, further ones are `module-1` and so on. */
export function moduleFile(role: Role, position: number, extension: 'wasm' | 'wat'): string {
  return `${role}${position === 0 ? '' : `-${position}`}.${extension}`;
}

/** For those who develop the engines that a finding is about. */
export function reproducerFile(format: ReproducerFormat): string {
  return `reproducer.${format}`;
}
