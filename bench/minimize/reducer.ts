/** Programs that make modules smaller, each started by a command line with places for what it works on. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { killGroup } from '#util/kill-group.ts';
import type { Size } from '#fuzz/minimize/protocol.ts';
import { decode } from '#wasm/binary/decode.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import { countInstructions } from '#wasm/syntax/size.ts';
import { BenchError } from '../result.ts';
import type { Input } from './inputs.ts';
import { Judge } from './judge.ts';

export interface Reducer {
  readonly name: string;
  /**
   * In which `{input}` and `{output}` stand for files, `{test}` for a program that ends with status 0 for what is interesting and takes a file
   * as its argument, `{candidate}` for a file that nobody else uses, and `{fault}` for the slug of the planted bug.
   */
  readonly words: readonly string[];
  /** Whether it judges on its own and reports its tries in a last line of JSON. */
  readonly inProcess?: boolean;
}

/** What has become of an input. */
export interface Reduction extends Size {
  /** Runs of the predicate that were started, those for the input included; undefined where nobody has counted. */
  readonly tries: number | undefined;
  readonly seconds: number;
  /** Whether its time was over before it was done; what it had until then counts. */
  readonly cut: boolean;
  /** What it said, when it has ended otherwise than with success, or has changed nothing. */
  readonly complaint?: string;
}

const LAUNCHER = fileURLToPath(new URL('../../scripts/gctwin.js', import.meta.url));
/** More is not kept. */
const COMPLAINT_LENGTH = 200;

export function gctwinByCommand(jobs: number): Reducer {
  return { name: 'gctwin', words: [process.execPath, LAUNCHER, 'minimize', '{input}', '--test', '{test}', '--test-timeout', '60', '--out', '{output}', '--jobs', String(jobs)] };
}
export const GCTWIN_IN_PROCESS: Reducer = {
  name: 'gctwin in process',
  words: [process.execPath, LAUNCHER, 'minimize', '{input}', '--fault', '{fault}', '--out', '{output}', '--json'],
  inProcess: true,
};

/** @param words a command line with places */
export function foreignReducer(words: readonly string[]): Reducer {
  const subcommand = words[1] !== undefined && /^[a-z]+$/.test(words[1]) ? ` ${words[1]}` : '';
  return { name: basename(words[0]!) + subcommand, words };
}

/** A folder for one run, in which everybody finds the same: the input and the test. */
class Place implements Disposable {
  readonly input: string;
  readonly output: string;
  readonly candidate: string;
  readonly judge: Judge;
  readonly #folder = mkdtempSync(join(tmpdir(), 'gctwin-bench-'));

  constructor(input: Input) {
    const inFolder = (name: string): string => join(this.#folder, name);
    [this.input, this.output, this.candidate] = [inFolder('input.wasm'), inFolder('output.wasm'), inFolder('candidate.wasm')];
    writeFileSync(this.input, input.bytes);
    this.judge = new Judge(input, this.#folder);
  }

  [Symbol.dispose](): void {
    this.judge[Symbol.dispose]();
    // A test whose reducer was killed may be about to write there.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function fill(words: readonly string[], values: Readonly<Record<string, string>>): readonly string[] {
  return words.map((word) => word.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place));
}

function sizeIn(path: string): Size {
  const bytes = new Uint8Array(readFileSync(path));
  const module = decode(bytes);
  return { bytes: bytes.length, instructions: countInstructions(module), types: typesOf(module).length };
}

/** Of the last line, in JSON. Nobody reports it who is stopped. */
function reportedTries(stdout: string): number | undefined {
  const last = stdout.trimEnd().split('\n').at(-1)!;
  return last.startsWith('{') ? (JSON.parse(last) as { tries: number }).tries : undefined;
}

interface Ended {
  readonly seconds: number;
  /** Undefined for what was killed. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** @throws BenchError when it cannot be started */
async function runFor(maxSeconds: number, [file, ...args]: readonly string[]): Promise<Ended> {
  const start = performance.now();
  const child = execa(file!, args, { detached: true, stdin: 'ignore', reject: false });
  const limit = setTimeout(() => killGroup(child.pid), 1000 * maxSeconds);
  const { exitCode, code, stdout = '', stderr = '' } = await child;
  const seconds = (performance.now() - start) / 1000;
  clearTimeout(limit);
  killGroup(child.pid);
  if (code === 'ENOENT' || code === 'EACCES') throw new BenchError(`cannot run ${file}: there is no such program, or it is not executable`);
  return { seconds, exitCode, stdout, stderr };
}

/** In a line: programs say last what made them give up. */
function complaintOf({ exitCode, stdout, stderr }: Ended): string {
  const said = stderr.trim().split('\n').at(-1)! || stdout.trim().split('\n')[0]!;
  return `${exitCode === 0 ? '' : `exit status ${exitCode}: `}${said}`.slice(0, COMPLAINT_LENGTH);
}

/** Lets a reducer loose on an input. @throws BenchError when it cannot be started */
export async function reduce({ words, inProcess = false }: Reducer, input: Input, maxSeconds: number): Promise<Reduction> {
  using place = new Place(input);
  const { judge, output, candidate } = place;
  const ended = await runFor(maxSeconds, fill(words, { input: place.input, output, test: judge.command, candidate, fault: input.fault }));
  const { seconds, exitCode, stdout } = ended;
  const tries = inProcess ? reportedTries(stdout) : judge.asked;
  const size = sizeIn(judge.isInteresting(output) ? output : place.input);
  const cut = seconds >= maxSeconds;
  const isIdle = size.bytes === input.bytes.length;
  return { ...size, tries, seconds, cut, ...(!cut && (exitCode !== 0 || isIdle) && { complaint: complaintOf(ended) }) };
}
