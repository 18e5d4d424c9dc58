/** String literals (spec: Text Format / Values / Strings). */

const utf8 = new TextEncoder();

/** Printable ASCII stands for itself, every other byte is written `\hh`. */
export function formatBytes(bytes: Uint8Array): string {
  let text = '"';
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    text += plain ? String.fromCharCode(byte) : `\\${byte.toString(16).padStart(2, '0')}`;
  }
  return `${text}"`;
}
export function formatName(name: string): string {
  return formatBytes(utf8.encode(name));
}
