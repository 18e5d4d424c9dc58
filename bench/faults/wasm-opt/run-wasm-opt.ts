/**
 * binaryen's `wasm-opt` as the npm package has it, run in this process: a program for Node of ten megabytes, most of which is WebAssembly. Started
 * as a process it takes half a second before it does anything; here it is parsed and compiled once, and each run costs an instance.
 */
import fs, { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** What the program ends with: asks for its WebAssembly, and runs `main` once it is there. */
const ENDING = 'createWasm().then(()=>run());';
/** Does the same at once, which it can because its WebAssembly is handed in. */
const AT_ONCE = 'createWasm();run();';

const require = createRequire(import.meta.url);
const STDERR = 2;

/** What the program loads, with the streams of this process closed to it: it writes to them by number. */
function requireFor(printed: string[]): NodeJS.Require {
  const writeSync = (fd: number, buffer: Uint8Array, offset = 0, length = buffer.length - offset): number => {
    if (fd > STDERR) return fs.writeSync(fd, buffer, offset, length);
    printed.push(Buffer.from(buffer.buffer, buffer.byteOffset + offset, length).toString());
    return length;
  };
  return Object.assign((name: string): unknown => (name === 'node:fs' ? { ...fs, writeSync } : require(name)), require);
}

/** The program is not the one that this file knows how to start. */
export class WasmOptError extends Error {
  override readonly name = 'WasmOptError';
}

type WasmImports = ConstructorParameters<typeof WebAssembly.Instance>[1];

interface EmscriptenModule {
  readonly arguments: readonly string[];
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
  readonly instantiateWasm: (imports: WasmImports, done: (instance: WebAssembly.Instance) => void) => void;
}
type FindBinary = () => Uint8Array;
type Program = (module: EmscriptenModule, require: NodeJS.Require, exported: object, filename: string, folder: string, give: (find: FindBinary) => void) => void;

/** @param args as on its command line. Ends with status 0 or throws; what it prints is in the error. */
export type RunWasmOpt = (args: readonly string[]) => void;

/** @throws WasmOptError when the installed program is another one */
export function loadWasmOpt(): RunWasmOpt {
  const path = require.resolve('binaryen/bin/wasm-opt');
  const source = readFileSync(path, 'utf8').replace(/^#!.*\n/, '').trimEnd();
  if (!source.endsWith(ENDING)) throw new WasmOptError(`${path} does not end as that of binaryen 132 does`);
  const body = `${source.slice(0, -ENDING.length)}give(findWasmBinary);${AT_ONCE}`;
  const program = new Function('Module', 'require', 'module', '__filename', '__dirname', 'give', body) as Program;
  let compiled: WebAssembly.Module | undefined;
  return (args) => {
    const printed: string[] = [];
    let find: FindBinary = () => new Uint8Array();
    const status = process.exitCode;
    try {
      program(
        {
          arguments: args,
          print: (line) => printed.push(line),
          printErr: (line) => printed.push(line),
          instantiateWasm: (imports, done) => done(new WebAssembly.Instance((compiled ??= new WebAssembly.Module(find())), imports)),
        },
        requireFor(printed),
        {},
        path,
        dirname(path),
        (given) => (find = given),
      );
      if (process.exitCode !== undefined && process.exitCode !== 0) throw new WasmOptError(`wasm-opt ended with status ${process.exitCode}`);
    } catch (error) {
      throw new WasmOptError(`wasm-opt ${args.join(' ')}: ${(error as Error).message}; ${printed.join('').trim()}`, { cause: error });
    } finally {
      process.exitCode = status;
    }
  };
}
