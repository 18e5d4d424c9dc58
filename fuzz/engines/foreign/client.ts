/**
 * Foreign engines as seen by code that does not wait for promises: cases are handed in, and their observations are there when they are asked for.
 * Meanwhile the engines run, all at the same time.
 */
import type { MessagePort } from 'node:worker_threads';
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';
import type { Observation } from '../observation.ts';
import type { ForeignCase, ForeignSpec } from './foreign-engine.ts';

export interface ThreadData {
  readonly specs: readonly ForeignSpec[];
  /** Tasks come in, replies go out. */
  readonly port: MessagePort;
  /** One number: replies so far. */
  readonly shared: SharedArrayBuffer;
}
export type Task = { readonly kind: 'run'; readonly id: number; readonly engine: string; readonly cases: readonly ForeignCase[] } | { readonly kind: 'end' };
export type Reply = { readonly id: number } & ({ readonly observations: readonly Observation[] } | { readonly error: string });

/** Waits until they are there, in the order of the cases. */
export type Pending = () => readonly Observation[];

export class ForeignClient {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #replies = new Int32Array(new SharedArrayBuffer(4));
  readonly #answers = new Map<number, Reply>();
  #lastId = 0;

  constructor(specs: readonly ForeignSpec[]) {
    const { port1, port2 } = new MessageChannel();
    const workerData: ThreadData = { specs, port: port2, shared: this.#replies.buffer as SharedArrayBuffer };
    this.#worker = new Worker(new URL('thread.ts', import.meta.url), { workerData, transferList: [port2] });
    this.#port = port1;
    // The process need not stay for it: children end when their input does.
    this.#worker.unref();
    this.#port.unref();
  }

  /** @param engine name of one of the specs */
  start(engine: string, cases: readonly ForeignCase[]): Pending {
    const id = ++this.#lastId;
    this.#tell({ kind: 'run', id, engine, cases });
    let observations: readonly Observation[] | undefined;
    return () => (observations ??= this.#wait(id));
  }
  #tell(task: Task): void {
    this.#port.postMessage(task);
  }

  #wait(id: number): readonly Observation[] {
    for (;;) {
      const seen = Atomics.load(this.#replies, 0);
      this.#receive();
      const answer = this.#answers.get(id);
      if (answer === undefined) {
        Atomics.wait(this.#replies, 0, seen);
        continue;
      }
      this.#answers.delete(id);
      if ('error' in answer) throw new Error(answer.error);
      return answer.observations;
    }
  }
  #receive(): void {
    for (let received; (received = receiveMessageOnPort(this.#port)) !== undefined; ) {
      const reply = received.message as Reply;
      this.#answers.set(reply.id, reply);
    }
  }

  /** Resolves when all processes are gone. */
  async end(): Promise<void> {
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#worker.ref();
    this.#tell({ kind: 'end' });
    await exited;
  }
}
