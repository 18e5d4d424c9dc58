/**
 * A worker process's side: answers one request after the other, and ends with the process that started it. Ctrl-C reaches all
 * processes of a terminal; what it means is for the campaign to say.
 */
import type { Origin } from '#fuzz/findings/finding.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { BatchContext } from './batch.ts';
import { runBatch } from './batch.ts';
import { minimise } from './minimise.ts';
import { cpuSecondsOfChildren } from './processor-time.ts';
import type { Answer, Message, Request, Usage } from './protocol.ts';

/** A shrunk Program is sent on at most this often. */
const SMALLER_MS = 200;

const parent = process.ppid;
/** Looked at where no event loop turns, so that nobody works on for a campaign that was killed. */
function isOrphan(): boolean {
  return process.ppid !== parent;
}

function send(message: Message): void {
  process.send?.(message);
}

/** Its children are other engines. */
function usage({ plan }: BatchContext): Usage {
  const { user, system } = process.cpuUsage();
  const ofChildren = plan.pair === undefined ? 0 : (cpuSecondsOfChildren() ?? 0);
  return { rssBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 + ofChildren };
}

function answer(request: Request, context: BatchContext): Answer {
  if (request.kind === 'batch') {
    context.breeding?.update(request.corpus);
    const onCase = (origin: Origin, program?: Program): void => send({ kind: 'news', news: { kind: 'case', origin, program } });
    return { kind: 'batch', result: runBatch(request.batch, request.careful ? { ...context, onCase } : context) };
  }
  let lastMs = performance.now();
  const { jury } = context;
  const minimised = minimise(request.program, request.failure, (program) => jury.examine(program), {
    stop: isOrphan,
    onSmaller: (smaller) => {
      if (performance.now() - lastMs < SMALLER_MS) return;
      lastMs = performance.now();
      send({ kind: 'news', news: { kind: 'smaller', smaller } });
    },
  });
  return { kind: 'shrink', minimised };
}

/** Serves the process that forked this one, until it goes away. */
export function serve(context: BatchContext): void {
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  process.on('message', (request: Request) => send({ kind: 'answer', answer: answer(request, context), usage: usage(context) }));
  send({ kind: 'ready' });
}
