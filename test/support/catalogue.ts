/** Reads the modules of the fault catalogue: a document beside the repository, if it is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const beside = fileURLToPath(new URL('../../../shared', import.meta.url));

/** The document's text, or undefined when it is absent: `GCTWIN_SHARED`, or else beside the repository. */
export function readCatalogue(): string | undefined {
  const path = [process.env['GCTWIN_SHARED'], join(process.cwd(), '../shared'), beside]
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, 'docs/fault-catalogue.md'))
    .find((file) => existsSync(file));
  return path === undefined ? undefined : readFileSync(path, 'utf8');
}

/** What a `;; check:` line says. */
export type Check =
  | { readonly kind: 'instantiates' | 'instantiation fails' }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly number[]; readonly result: number | 'traps' };

export interface CatalogueModule {
  readonly text: string;
  /** What others of the entry import it as. */
  readonly module: string | undefined;
  readonly config: string | undefined;
  readonly checks: readonly Check[];
}
/** Modules of one entry, to be instantiated in order in one store. */
export interface Entry {
  readonly slug: string;
  readonly modules: readonly CatalogueModule[];
}

const LINE = /^;; (check|config|module): *(.*)$/gm;
const CALL = /^(\w+)\((.*)\) (?:= (-?\w+)|traps)$/;

function parseCheck(text: string): Check {
  if (text === 'instantiates' || text === 'instantiation fails') return { kind: text };
  const call = CALL.exec(text);
  if (call === null) throw new Error(`not a check: ${text}`);
  const args = call[2]!.split(',').filter((arg) => arg.trim() !== '');
  return { kind: 'call', name: call[1]!, args: args.map(Number), result: call[3] === undefined ? 'traps' : Number(call[3]) };
}

function parseModule(text: string): CatalogueModule {
  const lines = [...text.matchAll(LINE)].map(([, key, value]) => ({ key, value: value! }));
  return {
    text,
    module: lines.find(({ key }) => key === 'module')?.value,
    config: lines.find(({ key }) => key === 'config')?.value,
    checks: lines.filter(({ key }) => key === 'check').map(({ value }) => parseCheck(value)),
  };
}

/** The entries that have modules with checks. */
export function parseCatalogue(document: string): Entry[] {
  return document
    .split(/^### /m)
    .slice(1)
    .map((section) => ({
      slug: section.slice(0, section.indexOf('\n')).replaceAll('`', '').trim(),
      modules: [...section.matchAll(/^```wat\n(.*?)^```/gms)].map((block) => parseModule(block[1]!)),
    }))
    .filter(({ modules }) => modules.some(({ checks }) => checks.length > 0));
}
