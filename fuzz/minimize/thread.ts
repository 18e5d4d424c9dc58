/** The thread that shrinks: makes sure that there is something to shrink, and tells of all that becomes smaller. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Failure } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import { packProgram, unpackProgram } from '#fuzz/program/record.ts';
import { instructionsOf } from '#fuzz/program/size.ts';
import type { Examiner } from '#fuzz/shrink/examiner.ts';
import { examinerOf } from '#fuzz/shrink/examiner.ts';
import type { Reducer } from '#fuzz/shrink/gate.ts';
import { loadOptimize } from '#fuzz/shrink/reducers/optimize.ts';
import { REDUCERS, reducersWith } from '#fuzz/shrink/reducers/registry.ts';
import type { Shrunk } from '#fuzz/shrink/shrink.ts';
import { shrinkWith } from '#fuzz/shrink/shrink.ts';
import { EMPTY_MODULE } from '#wasm/syntax/module.ts';
import { AskedExaminer } from './asked-examiner.ts';
import { defaultProgram } from './default-program.ts';
import type { News, Smaller, Task, Test } from './protocol.ts';
import { SHARED } from './protocol.ts';
import { measure } from './size.ts';

interface Inquest {
  readonly examiner: Examiner;
  /** Not with a command, which takes its time for each try. */
  readonly usesDetours: boolean;
  /** How the Program that passed last fails on the twins. */
  readonly failure: () => Failure | undefined;
  /** Why a Program does not pass, when the twins know. */
  readonly explain: (program: Program) => string | undefined;
}

const port = parentPort!;
const shared = new Int32Array(workerData as SharedArrayBuffer);
const tell = (news: News): void => port.postMessage(news);

async function inquestOf(input: Program, wanted: Test): Promise<Inquest | undefined> {
  if (wanted.kind === 'asked') {
    return { examiner: new AskedExaminer(wanted.jobs, port, shared), usesDetours: false, failure: () => undefined, explain: () => undefined };
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
    usesDetours: true,
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

/** In instructions: what is so small already is not worth the time that it takes to load binaryen, which has found nothing there in any input of the bench. */
const SMALL = 12;

interface Round {
  readonly input: Program;
  readonly reducers: readonly Reducer[];
  /** Before this round. */
  readonly tries: number;
}

function shrinkOnce({ input, reducers, tries: before }: Round, { examiner, failure, usesDetours }: Inquest): Shrunk {
  let tries = before;
  return shrinkWith(input, examiner, {
    maxTries: Number.POSITIVE_INFINITY,
    detours: usesDetours,
    reducers,
    stop: () => Atomics.load(shared, SHARED.stop) !== 0,
    onTry: (count) => {
      tries = before + count;
      Atomics.store(shared, SHARED.tries, tries);
    },
    onSmaller: (program) => tell({ kind: 'smaller', smaller: smallerOf(program, tries, failure()) }),
    onReducer: (name) => tell({ kind: 'reducer', name }),
  });
}
function smallerOf(program: Program, tries: number, failure: Failure | undefined): Smaller {
  return { program: packProgram(program), size: measure(program), tries, failure };
}

/** Binaryen's part comes last, and all over again only if it has made something smaller. */
async function shrinkAll(input: Program, inquest: Inquest): Promise<void> {
  tell({ kind: 'begun', input: smallerOf(input, 0, inquest.failure()) });
  let { program, tries, complete } = shrinkOnce({ input, reducers: REDUCERS, tries: 0 }, inquest);
  if (complete && instructionsOf(program) > SMALL) {
    const optimize = await loadOptimize();
    for (const reducers of [[optimize], reducersWith(optimize)]) {
      const round = shrinkOnce({ input: program, reducers, tries }, inquest);
      const isSmaller = round.program !== program;
      ({ program, complete } = round);
      tries += round.tries;
      if (!isSmaller || !complete) break;
    }
  }
  tell({ kind: 'done', tries, complete });
}

const task = await new Promise<Task>((resolve) => port.once('message', resolve));
const input = unpackProgram(task.program);
const inquest = await inquestOf(input, task.test);
if (inquest !== undefined && isWorthwhile(input, inquest)) await shrinkAll(input, inquest);
port.close();
