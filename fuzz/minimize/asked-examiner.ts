/** Asks the thread that looks after this one, and waits for its answers without giving way to anything else. */
import type { MessagePort } from 'node:worker_threads';
import { receiveMessageOnPort } from 'node:worker_threads';
import type { Examiner, Question } from '#fuzz/shrink/examiner.ts';
import type { Program } from '#fuzz/program/program.ts';
import { encode } from '#wasm/binary/encode.ts';
import type { News, Reply } from './protocol.ts';
import { SHARED } from './protocol.ts';

export class AskedExaminer implements Examiner {
  readonly jobs: number;
  readonly #port: MessagePort;
  readonly #shared: Int32Array;
  readonly #answers = new Map<number, boolean>();
  #lastId = 0;

  /** @param port brings a reply for each question that is not withdrawn, and counts it in the shared memory afterwards */
  constructor(jobs: number, port: MessagePort, shared: Int32Array) {
    this.jobs = jobs;
    this.#port = port;
    this.#shared = shared;
  }

  ask({ modules }: Program): Question {
    const id = ++this.#lastId;
    this.#tell({ kind: 'ask', id, bytes: encode(modules[0]!.module) });
    return { answer: () => this.#wait(id), withdraw: () => this.#tell({ kind: 'withdraw', id }) };
  }
  #tell(news: News): void {
    this.#port.postMessage(news);
  }

  #wait(id: number): boolean {
    for (;;) {
      const seen = Atomics.load(this.#shared, SHARED.answers);
      this.#receive();
      const answer = this.#answers.get(id);
      if (answer !== undefined) return this.#forget(id, answer);
      Atomics.wait(this.#shared, SHARED.answers, seen);
    }
  }
  #receive(): void {
    for (let received; (received = receiveMessageOnPort(this.#port)) !== undefined; ) {
      const { id, holds } = received.message as Reply;
      this.#answers.set(id, holds);
    }
  }
  /** What comes before it was withdrawn, or is here already. */
  #forget(id: number, answer: boolean): boolean {
    for (const known of this.#answers.keys()) if (known <= id) this.#answers.delete(known);
    return answer;
  }
}
