/** Finds engines: where the command line says, where the environment says, among what npm has installed, on PATH. */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire, findPackageJSON } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { EngineError } from './engine-error.ts';
import type { EnginePaths } from './engine-paths.ts';
import { toldPath } from './engine-paths.ts';
import type { Embedder, Family, Variant } from './families.ts';
import { familyNamed, familyOf, foreignNames, variantNamed } from './families.ts';
import type { ForeignSpec } from './foreign-engine.ts';
import { isLibrary } from './foreign-engine.ts';

const VERSION_FLAG = '--version';
const VERSION_MS = 15_000;
const UNKNOWN_VERSION = 'unknown';

/** `GCTWIN_V8` for `v8`. */
export function environmentName({ name }: Family): string {
  return `GCTWIN_${name.toUpperCase().replaceAll('-', '_')}`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function onPath(programs: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const names = process.platform === 'win32' ? programs.flatMap((name) => [`${name}.exe`, `${name}.cmd`]) : programs;
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** @param path inside a package, such as `binaryen/index.js` */
function fromNpm(path: string): string | undefined {
  const [name = '', ...rest] = path.split('/');
  try {
    const root = findPackageJSON(name, import.meta.url);
    return root === undefined ? undefined : join(dirname(root), ...rest);
  } catch {
    return undefined;
  }
}

/** The program of Bun, whose package has one for each platform. */
function bunFromNpm(): string | undefined {
  const require = createRequire(import.meta.url);
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const cpu = process.arch === 'arm64' ? 'aarch64' : process.arch;
  for (const suffix of ['', '-baseline', '-musl']) {
    try {
      const path = require.resolve(`@oven/bun-${os}-${cpu}${suffix}/bin/bun${process.platform === 'win32' ? '.exe' : ''}`);
      if (isExecutable(path)) return path;
    } catch {
      // Not installed.
    }
  }
  return undefined;
}

function fromNpmOf({ name, npmPath }: Family): string | undefined {
  if (name === 'jsc') return bunFromNpm();
  return npmPath === undefined ? undefined : fromNpm(npmPath);
}

/**
 * @returns undefined when there is none
 * @throws EngineError when there is one that cannot be run
 */
function pathOf(family: Family, name: string, paths: EnginePaths): string | undefined {
  const told = toldPath({ name, family: family.name }, paths) ?? process.env[environmentName(family)];
  if (told !== undefined) {
    if (!existsSync(told)) throw new EngineError(`there is no ${told} to run as ${name}`);
    if (family.isLibrary && !isLibrary(told)) throw new EngineError(`${told} cannot run as ${name}: it wants the library of its npm package, such as node_modules/${family.npmPath}`);
    if (!isLibrary(told) && !isExecutable(told)) throw new EngineError(`${told}, which is to run as ${name}, is not executable`);
    return told;
  }
  return family.name === 'v8' ? process.execPath : (fromNpmOf(family) ?? onPath(family.programs));
}

/** Of the package that a library is in. @throws EngineError */
function packageVersion(path: string): string {
  try {
    return (JSON.parse(readFileSync(findPackageJSON(pathToFileURL(path).href)!, 'utf8')) as { version: string }).version;
  } catch {
    throw new EngineError(`${path} is not in a package that tells its version`);
  }
}

/** Whether it is a program of this kind, though it tells no version. */
async function answers(path: string, probe: Family['probe']): Promise<boolean> {
  if (probe === undefined) return false;
  const { stdout } = await execa(path, probe, { reject: false, timeout: VERSION_MS, stdin: 'ignore' });
  return stdout.trim() === '42';
}

interface Identity {
  readonly version: string;
  readonly embedder?: Embedder | undefined;
}

/** That of V8, say, and not that of the Deno that it is in. */
function versionIn(answer: string, { name }: Family): string | undefined {
  const own = new RegExp(`\\b${name} (?:version )?(\\d[\\w.+-]*)`, 'i').exec(answer)?.[1];
  return own ?? /\d+\.\d+[\w.+-]*|(?<=version )\d+/.exec(answer)?.[0];
}

/** @throws EngineError when it does not answer, or is none that has this variant */
async function identify(path: string, name: string, family: Family): Promise<Identity> {
  const identity = await identifyProgram(path, name, family);
  if (identity.embedder?.isPlain === true && name !== family.name) throw new EngineError(`${path} hands no flags on to its engine, so that there is no ${name}: ${family.install}`);
  return identity;
}

async function identifyProgram(path: string, name: string, family: Family): Promise<Identity> {
  if (isLibrary(path)) return { version: packageVersion(path) };
  const ask = (flags: readonly string[]) => execa(path, flags, { reject: false, timeout: VERSION_MS, stdin: 'ignore' });
  const { stdout, failed, shortMessage, timedOut } = await ask([VERSION_FLAG]);
  const embedder = family.embedders?.find(({ answers: known }) => known.test(stdout));
  const inside = embedder?.version && (await ask(embedder.version)).stdout;
  const version = versionIn(inside ?? stdout, family);
  if (version !== undefined && !failed) return { version, embedder };
  if (!timedOut && (await answers(path, family.probe))) return { version: UNKNOWN_VERSION };
  const why = timedOut ? `says nothing within ${VERSION_MS / 1000} s` : failed ? `fails: ${shortMessage}` : 'tells no version';
  throw new EngineError(`${path} ${VERSION_FLAG}, asked for the version of ${name}, ${why}`);
}

/** Of a variant, without those that this version does not have. */
async function flagsAt(path: string, { tellsOptions = false }: Family, { flags = [] }: Variant): Promise<readonly string[]> {
  if (!tellsOptions) return flags;
  const { stdout } = await execa(path, ['--help'], { reject: false, timeout: VERSION_MS, stdin: 'ignore' });
  const known = new Set(stdout.match(/--[\w-]+/g));
  return flags.filter((flag) => known.has(flag));
}

/** @throws EngineError where there is no room for the files that engines read. */
function checkScratchFolder(): void {
  try {
    accessSync(tmpdir(), constants.W_OK);
  } catch {
    throw new EngineError(`engines need a folder for their files, and ${tmpdir()} cannot be written: set TMPDIR to one that can`);
  }
}

/**
 * @param name such as `v8:liftoff`
 * @throws EngineError when there is none of that name, or it is not there, or it does not answer
 */
export async function discover(name: string, paths: EnginePaths): Promise<ForeignSpec> {
  const family = familyNamed(familyOf(name));
  const variant = variantNamed(name);
  if (family === undefined || variant === undefined) throw new EngineError(`there is no engine ${name}; there are drc, null, ${foreignNames().join(', ')}`);
  checkScratchFolder();
  const path = pathOf(family, name, paths);
  if (path === undefined) throw new EngineError(`${name} is not here: ${family.install}`);
  const { version, embedder } = await identify(path, name, family);
  const known = await flagsAt(path, family, variant);
  const environment = { ...variant.environment, ...embedder?.environment };
  return { name, family: family.name, path, version, flags: handedOn(embedder, known), ...(Object.keys(environment).length > 0 && { environment }) };
}

function handedOn(embedder: Embedder | undefined, flags: readonly string[]): readonly string[] {
  return embedder?.flags?.(flags) ?? flags;
}

/** As they were, except that another program may have its own way to hand on the same ones. */
function flagsAgain({ name, flags }: ForeignSpec, { embedders = [] }: Family, embedder: Embedder | undefined): readonly string[] {
  const ofVariant = variantNamed(name)?.flags ?? [];
  const wereHandedOn = embedders.some((one) => handedOn(one, ofVariant).join(' ') === flags.join(' '));
  return wereHandedOn ? handedOn(embedder, ofVariant) : flags;
}

/**
 * An engine that was found at another time, with the program that is told or found now. It keeps its flags, which may say what it once chose.
 * @returns undefined when there is no such program
 * @throws EngineError when there is one that cannot be used
 */
export async function rediscover(spec: ForeignSpec, paths: EnginePaths): Promise<ForeignSpec | undefined> {
  const family = familyNamed(spec.family);
  if (family === undefined) return undefined;
  checkScratchFolder();
  const path = pathOf(family, spec.name, paths);
  if (path === undefined) return undefined;
  const { version, embedder } = await identify(path, spec.name, family);
  const environment = { ...spec.environment, ...embedder?.environment };
  return { ...spec, path, version, flags: flagsAgain(spec, family, embedder), ...(Object.keys(environment).length > 0 && { environment }) };
}
