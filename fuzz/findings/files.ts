/** Names of the files in a finding's folder. */
import type { Role } from './record.ts';

export const RECORD_FILE = 'finding.json';

/** The first module of a Program is `module`, further ones are `module-1` and so on. */
export function moduleFile(role: Role, position: number, extension: 'wasm' | 'wat'): string {
  return `${role}${position === 0 ? '' : `-${position}`}.${extension}`;
}
