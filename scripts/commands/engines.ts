/** `gctwin engines`: which engines are there. */
import { Pairing } from '#fuzz/campaign/pairing.ts';
import type { EnginePaths } from '#fuzz/engines/foreign/discover.ts';
import { foreignNames, variantNamed } from '#fuzz/engines/foreign/families.ts';
import type { ForeignSpec } from '#fuzz/engines/foreign/foreign-engine.ts';
import { smokeProgram } from '#fuzz/engines/foreign/smoke.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import { defineCommand } from '../cli/command.ts';
import { engineNamed, pathOptions, pathsFrom } from '../cli/engines.ts';
import { InputError } from '../cli/errors.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { jsonFlag, printJson } from '../cli/json.ts';

interface Listed {
  readonly name: string;
  readonly summary: string;
  readonly path?: string;
  readonly version?: string;
  readonly flags?: readonly string[];
  /** `works`, or what is wrong. */
  readonly status: string;
}

/** What becomes of a small Program that allocates, collects and traps. */
async function smoke(spec: ForeignSpec): Promise<string> {
  const pairing = new Pairing({ subjects: [spec], references: ['null'], suppressions: [] });
  try {
    const { verdict } = pairing.examine(smokeProgram());
    if (verdict.kind === 'agree') return 'works';
    return verdict.kind === 'inconclusive' ? verdict.reason : `${signatureOf(verdict.failure)}: ${verdict.failure.message}`;
  } finally {
    await pairing.end();
  }
}

async function look(name: string, paths: EnginePaths): Promise<Listed> {
  const { summary } = variantNamed(name)!;
  try {
    const spec = await engineNamed(name, paths);
    if (typeof spec === 'string') return { name, summary, status: 'works' };
    const { path, version, flags } = spec;
    return { name, summary, path, version, flags, status: await smoke(spec) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { name, summary, status: error.message };
  }
}

function lineOf({ name, summary, version, path, status }: Listed): string {
  const where = path === undefined ? '' : `${version} at ${path}; `;
  return `${name.padEnd(26)}${where}${summary}: ${status}`;
}

export const command = defineCommand({
  name: 'engines',
  summary: 'List the engines that can be compared',
  details: [
    'Engines other than the twins run in processes of their own. Each is looked for where --engine-path says, then where the',
    'environment says (GCTWIN_WASMTIME and so on), among what npm has installed, and on PATH. What is there runs one small',
    'module: it works if it does as our own runtime does.',
  ].join('\n'),
  operands: { usage: '', min: 0, max: 0 },
  options: { ...pathOptions, json: jsonFlag },
  run: async ({ options }, context) => {
    const listed: Listed[] = [];
    for (const name of foreignNames()) {
      const one = await look(name, pathsFrom(options));
      listed.push(one);
      context.print(lineOf(one));
    }
    if (options.json) printJson(context, { engines: listed });
    return ExitCode.ok;
  },
});
