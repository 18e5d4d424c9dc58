/** The thread that foreign engines live in. Children are asked and watched here, while the thread that wants to know waits. */
import { tmpdir } from 'node:os';
import { workerData } from 'node:worker_threads';
import type { ForeignEngine } from './foreign-engine.ts';
import { unsupported } from './foreign-engine.ts';
import type { Reply, Task, ThreadData } from './client.ts';

const { specs, port, shared } = workerData as ThreadData;
const replies = new Int32Array(shared);
/** What is wrong with the place for files, if that is what an error is about. */
function noRoom(error: unknown): string | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code !== undefined && syscall !== undefined ? `no room for its files in ${tmpdir()}: ${code}` : undefined;
}

/** Who asks is told when they cannot be made, on a full disk for one, and would wait for ever otherwise. */
const engines = import('./adapters.ts').then(({ engineOf }) => new Map<string, ForeignEngine>(specs.map((spec) => [spec.name, engineOf(spec)])));
engines.catch(() => {});

function reply(answer: Reply): void {
  port.postMessage(answer);
  Atomics.add(replies, 0, 1);
  Atomics.notify(replies, 0);
}

port.on('message', async (task: Task) => {
  if (task.kind === 'end') {
    const made = await engines.catch(() => new Map<string, ForeignEngine>());
    await Promise.all([...made.values()].map((engine) => engine.end()));
    port.close();
    return;
  }
  try {
    reply({ id: task.id, observations: await (await engines).get(task.engine)!.run(task.cases) });
  } catch (error) {
    const room = noRoom(error);
    if (room !== undefined) reply({ id: task.id, observations: task.cases.map(() => unsupported(room)) });
    else reply({ id: task.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
