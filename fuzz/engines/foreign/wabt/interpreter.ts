/**
 * wabt's interpreter, `wasm-interp`, from the npm package. It knows no GC types and runs one module: all exports, in their order. So the modules of a
 * case are linked to one that exports its calls. What it calls of us, the function that collects, does nothing.
 */
import { encode } from '#wasm/binary/encode.ts';
import type { Observation, ObservedOutcome } from '../../observation.ts';
import type { ForeignCase, ForeignEngine, ForeignLimits, ForeignSpec } from '../foreign-engine.ts';
import { FOREIGN_LIMITS, observationOf, unsupported } from '../foreign-engine.ts';
import { callExport, linkedCase } from './linked-case.ts';
import { openTool } from '../process/open-tool.ts';
import type { Ran, Tool } from '../process/tool.ts';
import { brokenDown } from '../process/tool.ts';
import { outcomesByExport, refusalIn } from './interpreter-output.ts';

export class WabtInterpreter implements ForeignEngine {
  readonly #tool: Tool;

  constructor(spec: ForeignSpec, limits: ForeignLimits = FOREIGN_LIMITS) {
    this.#tool = openTool(spec, { fileName: 'module.wasm', limits });
  }

  async run(cases: readonly ForeignCase[]): Promise<readonly Observation[]> {
    const modules = cases.map(linkedCase);
    const runs = (await this.#tool.run(modules.flatMap((module) => (typeof module === 'string' ? [] : [encode(module)])))).values();
    return modules.map((module, i) => {
      if (typeof module === 'string') return unsupported(module);
      const ran = runs.next().value!;
      return 'outcomes' in ran ? ran : observe(ran, cases[i]!);
    });
  }

  end(): Promise<void> {
    return this.#tool.end();
  }
}

function observe(ran: Ran, { steps, predicted }: ForeignCase): Observation {
  const seen = outcomesByExport(ran.said);
  const refused = seen.size === 0 ? refusalIn(ran.said) : undefined;
  if (refused !== undefined) return observationOf([refused]);
  const outcomes: ObservedOutcome[] = [];
  for (const [i, expected] of predicted.entries()) {
    const isCall = steps[i]!.kind === 'call' && expected.kind !== 'skipped';
    const outcome = isCall ? seen.get(callExport(i)) : expected;
    outcomes.push(outcome ?? brokenDown(ran));
    if (outcome === undefined) break;
  }
  return observationOf(outcomes);
}
