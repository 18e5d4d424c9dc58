/** The thread that foreign engines live in. Children are asked and watched here, while the thread that wants to know waits. */
import { workerData } from 'node:worker_threads';
import type { ForeignEngine } from './foreign-engine.ts';
import type { Reply, Task, ThreadData } from './client.ts';

const { specs, port, shared } = workerData as ThreadData;
const replies = new Int32Array(shared);
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
    reply({ id: task.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
