/** `gctwin exec`: runs one module. */
import { DecodeError, ParseError, ValidationError } from '#wasm/errors.ts';
import { readModule } from '#wasm/read.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import { LinkError } from '#runtime/link.ts';
import { PARTS } from '#runtime/parts.ts';
import { defineCommand } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { faultKind } from '../cli/fault.ts';
import { asInput, readInput } from '../cli/input.ts';
import { jsonFlag, printJson } from '../cli/json.ts';
import type { Kind } from '../cli/option.ts';
import { flag, option } from '../cli/option.ts';
import { runtimeOptions, storeOptions } from '../cli/runtime-options.ts';
import type { Call, Ending } from '../exec/execution.ts';
import { Execution } from '../exec/execution.ts';
import { InstructionTrace, tracingParts } from '../exec/trace.ts';

/** The empty name is a name. */
const exportName: Kind<string> = { placeholder: 'NAME', wants: 'the name of an export', parse: (name) => name };

const INPUT_ERRORS = [DecodeError, ParseError, ValidationError, LinkError];
const FOLLOW_SILENTLY = { instruction: () => {}, safePoint: () => {} };

/** Only who follows an execution knows exactly where it ends; repeating one that failed costs less than following all. */
function whereExactly(ending: Ending, repeat: () => Ending): Ending {
  return ending.outcome === 'trapped' || ending.outcome === 'faulted' ? repeat() : ending;
}

function sentence({ outcome, action, results, code, message, at }: Ending): string {
  const detail = message === undefined ? '' : `: ${message}`;
  switch (outcome) {
    case 'instantiated':
      return 'instantiated';
    case 'returned':
      return `${action} = ${results.length === 1 ? results[0] : `(${results.join(', ')})`}`;
    case 'threw':
      return `${action} threw an exception`;
    case 'trapped':
      return `${action} trapped: ${code} at ${at}${detail}`;
    case 'exhausted':
      return `${action} exhausted: ${code} at ${at}${detail}`;
    case 'faulted':
      return `${action} broke an invariant at ${at}${detail}`;
  }
}

function describeExports({ exports }: Module): string {
  return `exports: ${exports.map(({ name, kind }) => `${kind} ${JSON.stringify(name)}`).join(', ') || 'nothing'}`;
}

export const command = defineCommand({
  name: 'exec',
  summary: 'Run one module',
  details: [
    'FILE is a module, binary or text. It is instantiated, which runs its start function; --invoke then calls one',
    'export, and without it the exports are listed. Imports come from the host module env, whose functions are',
    'told of in fuzz/engines/host-env.ts.',
    '',
    'ARG is 5, -5 or 0x5 for integers; 1.5, inf, nan or nan:0x7fc00001 for floats; null, i31:5 or host:5 for',
    'references. Put -- before negative ones: gctwin exec add.wat --invoke add -- -5 3.',
    '',
    'With --audit on, what is left at the end is checked for leaks; garbage cycles, which drc keeps by design, are',
    'set apart (cycleObjects in --json).',
    '',
    'Exit status: 0 returned; 1 trapped, threw, ran out of something, broke an invariant or leaked; 2 bad input.',
  ].join('\n'),
  operands: { usage: 'FILE [ARG..]', min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    invoke: option(exportName, 'call this export; the empty name may be given'),
    fault: option(faultKind, 'run with this bug planted'),
    trace: flag('print each instruction before it executes, and what the collector does'),
    json: jsonFlag,
    ...runtimeOptions,
  },
  run: async ({ options, operands }, context) => {
    const [path, ...args] = operands as [string, ...string[]];
    const call: Call | undefined = options.invoke === undefined ? undefined : { name: options.invoke, args };
    if (call === undefined && args.length > 0) throw new UsageError(`--invoke NAME must say which export gets '${args[0]}'`);
    const collector = options.collector ?? 'drc';
    const fault = options.fault === undefined ? undefined : findFault(options.fault);
    const parts = fault?.plant(PARTS[collector]) ?? PARTS[collector];
    const settings = storeOptions(options);

    return asInput(path, INPUT_ERRORS, () => {
      const module = readModule(readInput(path));
      const execution = options.trace
        ? new Execution(module, tracingParts(parts, context.print), settings, (store) => new InstructionTrace(store, context.print))
        : new Execution(module, parts, settings);
      const first = execution.run(call);
      const ending = options.trace
        ? first
        : whereExactly(first, () => new Execution(module, parts, settings, () => FOLLOW_SILENTLY).run(call));
      context.print(sentence(ending));
      if (ending.outcome === 'instantiated') context.print(describeExports(module));
      const { safePoints } = execution.store;
      const { collections, allocations } = execution.store.heap.counters;
      const sound = ending.outcome === 'returned' || ending.outcome === 'instantiated';
      const left = sound && settings.audit !== 'off' ? execution.leaks() : undefined;
      for (const leak of left?.sentences ?? []) context.print(`at exit: ${leak}`);
      if (options.json) {
        printJson(context, {
          ...ending,
          collector,
          collections,
          allocations,
          safePoints,
          ...(left && { leaks: left.sentences, cycleObjects: left.cycleObjects }),
        });
      }
      return sound && (left?.sentences.length ?? 0) === 0 ? ExitCode.ok : ExitCode.findings;
    });
  },
});
