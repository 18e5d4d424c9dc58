/**
 * Process in which binaryen optimises modules, one case a line. Usage: node library-process.ts PATH, the path being that of binaryen.js.
 *
 * A module that it cannot read, and what it throws while it runs a pass, are answers; an abort ends the process.
 */
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { binaryenFeatures } from '#fuzz/program/binaryen-features.ts';
import type { Binaryen } from '#fuzz/program/load-binaryen.ts';
import { ANSWER_MARK } from '../process/child.ts';
import type { OptimiseAnswer, OptimiseRequest } from './optimiser.ts';

interface Library extends Binaryen {
  getExceptionMessage?(error: unknown): readonly string[];
}

const { default: binaryen } = (await import(pathToFileURL(process.argv[2]!).href)) as { default: Library };
const features = binaryenFeatures(binaryen);
const readBinary = binaryen.readBinary as (bytes: Uint8Array, features: number) => ReturnType<Binaryen['readBinary']>;

/** C++ throws numbers that stand for objects. */
function messageOf(error: unknown): string {
  if (error instanceof WebAssembly.RuntimeError) throw error;
  try {
    return binaryen.getExceptionMessage?.(error).join(': ') ?? String(error);
  } catch {
    return String(error);
  }
}

function optimised(bytes: Uint8Array, passes: readonly string[]): Uint8Array | Exclude<OptimiseAnswer, { modules: unknown }> {
  let module: ReturnType<Binaryen['readBinary']>;
  try {
    module = readBinary(bytes, features);
  } catch (error) {
    return { unread: messageOf(error) };
  }
  let pass = '';
  try {
    for (pass of passes) run(module, pass);
    pass = 'writing';
    return module.emitBinary();
  } catch (error) {
    return { failed: messageOf(error), pass };
  } finally {
    module.dispose();
  }
}

function run(module: ReturnType<Binaryen['readBinary']>, argument: string): void {
  const [, option, level] = /^--(optimize|shrink)-level=(\d)$/.exec(argument) ?? [];
  if (option === 'optimize') binaryen.setOptimizeLevel(Number(level));
  else if (option === 'shrink') binaryen.setShrinkLevel(Number(level));
  else if (argument === '-O') module.optimize();
  else module.runPasses([argument.replace(/^--/, '')]);
}

function answer({ passes, modules }: OptimiseRequest): OptimiseAnswer {
  const done: (string | null)[] = [];
  for (const text of modules) {
    const result = text === null ? null : optimised(Buffer.from(text, 'base64'), passes);
    if (result !== null && !(result instanceof Uint8Array)) return result;
    done.push(result && Buffer.from(result).toString('base64'));
  }
  return { modules: done };
}

process.stdout.write(`${ANSWER_MARK}ready\n`);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${ANSWER_MARK}${JSON.stringify(answer(JSON.parse(line) as OptimiseRequest))}\n`);
}
process.exit(0);
