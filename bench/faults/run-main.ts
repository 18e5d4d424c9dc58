/**
 * Entry of a process that makes one run; its argument is what to run, as JSON. It tells what it knows as soon as it knows it: a case that
 * hangs without its fault, or while it is explained, costs nothing but the rest.
 */
import type { Finding } from '#fuzz/findings/finding.ts';
import { loadReaders } from '#fuzz/oracles/readers.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import { bytesOf, instructionsOf } from '#fuzz/program/size.ts';
import { hunt, planOf } from './hunt.ts';
import { explainedOperation, unrelatedBecause } from './judge.ts';
import type { Found } from './record.ts';
import type { RunMessage, RunRequest } from './runner.ts';
import { variantNamed } from './variants.ts';

const ALIVE_MS = 1000;

function tell(message: RunMessage): void {
  process.send!(message);
}

function describe({ failure, program, original, shrinking }: Finding): Found {
  const { oracle, operation } = failure;
  return {
    signature: signatureOf(failure),
    oracle,
    operation,
    originalInstructions: instructionsOf(original),
    instructions: instructionsOf(program),
    bytes: bytesOf(program),
    complete: shrinking.complete,
    guilty: null,
  };
}

async function run({ task, shrinkSeconds }: RunRequest): Promise<void> {
  let toldMs = performance.now();
  const onProgress = (): void => {
    if (performance.now() - toldMs < ALIVE_MS) return;
    toldMs = performance.now();
    tell({ kind: 'alive' });
  };
  // Sizes and explanations are told of runs with everything, and take longer than most of the other hunts.
  const isWhole = variantNamed(task.variant).kind === 'full';
  const { cases, cpuSeconds, finding } = await hunt(task, { shrinkSeconds: isWhole ? shrinkSeconds : 0, onProgress });
  tell({ kind: 'hunted', cases, cpuSeconds, found: finding === undefined ? null : describe(finding) });
  if (finding === undefined) return;
  // Only one oracle asks them, and loading them takes as long as a short hunt.
  const readers = finding.failure.oracle === 'roundTrip' ? await loadReaders() : [];
  const reason = unrelatedBecause(finding, planOf(task).oracles, readers);
  tell({ kind: 'judged', unrelated: reason ?? null });
  if (reason === undefined && isWhole) tell({ kind: 'explained', guilty: explainedOperation(finding, readers) });
}

// Ctrl-C reaches all processes of a terminal; what it means is for the one that started this to say.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(1));
process.on('message', () => process.exit(1));
await run(JSON.parse(process.argv[2]!) as RunRequest);
process.disconnect?.();
