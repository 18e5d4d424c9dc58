/**
 * Entry of the process that starts commands. Starting one takes a process longer the more memory it has, and this one has little. It also stays
 * when the other one is killed, and ends and removes what is left then.
 */
import { rmSync } from 'node:fs';
import { CommandError } from './command.ts';
import { runCommand } from './command-runner.ts';
import type { StarterAnswer, StarterRequest, StarterTask } from './starter-protocol.ts';

const task = JSON.parse(process.argv[2]!) as StarterTask;
const running = new Map<number, AbortController>();

async function run(id: number, path: string): Promise<StarterAnswer['outcome']> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    return await runCommand(task, path, controller.signal);
  } catch (error) {
    if (error instanceof CommandError) return { kind: 'error', message: error.message };
    throw error;
  } finally {
    running.delete(id);
  }
}

function answer(message: StarterAnswer): void {
  // Who has asked may be gone, of which the channel itself tells.
  if (process.connected) process.send!(message, () => {});
}

process.on('message', async (request: StarterRequest) => {
  if (request.kind === 'withdraw') running.get(request.id)?.abort();
  else answer({ id: request.id, outcome: await run(request.id, request.path) });
});
process.on('disconnect', () => {
  for (const controller of running.values()) controller.abort();
  rmSync(task.folder, { recursive: true, force: true });
});
