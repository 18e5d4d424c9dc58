/** The thread that shrinks: makes sure that there is something to shrink, and tells of all that becomes smaller. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Failure } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import { packProgram, unpackProgram } from '#fuzz/program/record.ts';
import type { Examiner } from '#fuzz/shrink/examiner.ts';
import { examinerOf } from '#fuzz/shrink/examiner.ts';
import type { Reducer } from '#fuzz/shrink/gate.ts';
import { loadOptimize } from '#fuzz/shrink/reducers/optimize.ts';
import { reducersWith, shrinkWith } from '#fuzz/shrink/shrink.ts';
import { EMPTY_MODULE } from '#wasm/syntax/module.ts';
import { AskedExaminer } from './asked-examiner.ts';
import { defaultProgram } from './default-program.ts';
import type { News, Smaller, Task, Test } from './protocol.ts';
import { SHARED } from './protocol.ts';
import { measure } from './size.ts';

interface Inquest {
  readonly examiner: Examiner;
  /** How the Program that passed last fails on the twins. */
  readonly failure: () => Failure | undefined;
  /** Why a Program does not pass, when the twins know. */
  readonly explain: (program: Program) => string | undefined;
}

const port = parentPort!;
const { program: packed, test, shared: buffer } = workerData as Task;
const shared = new Int32Array(buffer);
const tell = (news: News): void => port.postMessage(news);

async function inquestOf(input: Program, wanted: Test): Promise<Inquest | undefined> {
  if (wanted.kind === 'asked') {
    return { examiner: new AskedExaminer(wanted.jobs, port, shared), failure: () => undefined, explain: () => undefined };
  }
  // Runtime and oracles take their time to load.
  const { FailureTest, describeVerdict, pairFor, twinsFor } = await import('./failure-test.ts');
  // What the host does with a module alone follows from the module.
  const asRun = (program: Program): Program => (wanted.kind === 'failure' ? program : defaultProgram(program.modules[0]!.module));
  const { engines, fault } = wanted;
  const compared = engines === undefined ? undefined : await pairFor(engines, fault);
  let expected = wanted.kind === 'failure' ? wanted.failure : undefined;
  if (expected === undefined) {
    const { verdict } = (compared ?? (await twinsFor(fault)))(asRun(input));
    if (verdict.kind !== 'disagree') return void tell({ kind: 'refused', because: 'input', why: describeVerdict(verdict) });
    expected = verdict.failure;
  }
  const { impatient } = await import('#fuzz/campaign/minimise.ts');
  const court = compared ?? impatient(await twinsFor(fault, expected), asRun(input));
  const failing = new FailureTest(court, expected);
  return {
    examiner: examinerOf((program) => failing.holds(asRun(program))),
    failure: () => failing.failure,
    explain: (program) => failing.explain(asRun(program)),
  };
}

function withEmptyModules({ modules, ...rest }: Program): Program {
  return { ...rest, modules: modules.map(({ name }) => ({ name, module: EMPTY_MODULE })) };
}

/** Whether there is something to do; if not, it has been said why. */
function isWorthwhile(input: Program, { examiner, explain }: Inquest): boolean {
  if (!examiner.ask(input).answer()) {
    const why = explain(input);
    tell({ kind: 'refused', because: 'input', ...(why !== undefined && { why }) });
    return false;
  }
  if (!examiner.ask(withEmptyModules(input)).answer()) return true;
  tell({ kind: 'refused', because: 'empty' });
  return false;
}

function shrinkAll(input: Program, { examiner, failure }: Inquest, optimize: Reducer): void {
  let tries = 0;
  const smaller = (program: Program): Smaller => ({ program: packProgram(program), size: measure(program), tries, failure: failure() });
  tell({ kind: 'begun', input: smaller(input) });
  const result = shrinkWith(input, examiner, {
    maxTries: Number.POSITIVE_INFINITY,
    // A command takes its time for each try.
    detours: test.kind !== 'asked',
    reducers: reducersWith(optimize),
    stop: () => Atomics.load(shared, SHARED.stop) !== 0,
    onTry: (count) => {
      tries = count;
      Atomics.store(shared, SHARED.tries, count);
    },
    onSmaller: (program) => tell({ kind: 'smaller', smaller: smaller(program) }),
    onReducer: (name) => tell({ kind: 'reducer', name }),
  });
  tell({ kind: 'done', tries: result.tries, complete: result.complete });
}

const input = unpackProgram(packed);
const inquest = await inquestOf(input, test);
if (inquest !== undefined && isWorthwhile(input, inquest)) shrinkAll(input, inquest, await loadOptimize());
port.close();
