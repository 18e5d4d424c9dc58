/**
 * The command that says whether a module is interesting, for whoever wants to run one: a few lines of shell that ask this process through a named
 * pipe. It takes a few milliseconds, as a native engine does, so that what is measured is the reducers and not the start of an interpreter of
 * JavaScript.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { decode } from '#wasm/binary/decode.ts';
import { DecodeError, ValidationError } from '#wasm/errors.ts';
import { evidenceOf } from './evidence.ts';
import type { Input } from './inputs.ts';

const WARM_UP_MS = 1000;

/** The reply is open before it is asked for. Names of files are without line breaks, and only the candidate's is not ours. */
const SCRIPT = (requests: string): string => `#!/bin/sh
reply=${requests}.$$
mkfifo "$reply" || exit 2
exec 3<>"$reply"
echo "$reply $1" >${requests}
read -r status <&3
exit "$status"
`;

export class Judge implements Disposable {
  /** Path of the command, which takes the path of a module. */
  readonly command: string;
  /** How often it was asked. */
  asked = 0;
  readonly #requests: Socket;
  readonly #isEvident: (bytes: Uint8Array) => boolean;

  /** @param folder of its own */
  constructor({ fault, signature, bytes }: Input, folder: string) {
    this.command = join(folder, 'test');
    const requests = join(folder, 'requests');
    execFileSync('mkfifo', [requests]);
    writeFileSync(this.command, SCRIPT(`'${requests}'`), { mode: 0o755 });
    // Open for writing, too: else it would end whenever nobody asks.
    this.#requests = new Socket({ fd: openSync(requests, constants.O_RDWR | constants.O_NONBLOCK), readable: true, writable: false });
    createInterface({ input: this.#requests }).on('line', (line) => this.#answer(line));
    const evidence = evidenceOf(fault);
    this.#isEvident = (candidate) => evidence(decode(candidate)) === signature;
    // Or who comes first would wait for compilers.
    for (const start = performance.now(); performance.now() - start < WARM_UP_MS; ) this.#isEvident(bytes);
  }

  /** Whatever is no module is not interesting. */
  isInteresting(path: string): boolean {
    try {
      return this.#isEvident(new Uint8Array(readFileSync(path)));
    } catch (error) {
      if (error instanceof DecodeError || error instanceof ValidationError || (error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  #answer(request: string): void {
    const [, reply, path] = /^(\S+) (.+)$/.exec(request)!;
    this.asked++;
    const status = this.isInteresting(path!) ? 0 : 1;
    try {
      const pipe = openSync(reply!, constants.O_WRONLY | constants.O_NONBLOCK);
      try {
        writeSync(pipe, `${status}\n`);
      } finally {
        closeSync(pipe);
      }
    } catch (error) {
      // Who has asked was killed in the meantime: before the pipe was opened here, or after.
      if (!['ENXIO', 'EPIPE'].includes((error as NodeJS.ErrnoException).code!)) throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#requests.destroy();
  }
}
