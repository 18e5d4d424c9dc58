/** Binaryen's interpreter: `wasm-shell`, which runs scripts, from the npm package or any other that was compiled to JavaScript. */
import type { Observation } from '../../observation.ts';
import { commandsIn, outcomeOf, trapIn } from './interpreter-output.ts';
import type { ForeignCase, ForeignEngine, ForeignLimits, ForeignSpec } from '../foreign-engine.ts';
import { FOREIGN_LIMITS, garbage, observationOf, unsupported } from '../foreign-engine.ts';
import { openTool } from '../process/open-tool.ts';
import type { Ran, Tool } from '../process/tool.ts';
import { brokenDown } from '../process/tool.ts';
import type { Script } from '../wast.ts';
import { scriptOf, untellable } from '../wast.ts';
import { SCRIPT_OPTIONS } from './scripts.ts';

/** KiB of stack: it is an interpreter that calls itself for nested expressions. */
const STACK_KIB = 6000;

export class BinaryenEngine implements ForeignEngine {
  readonly #name: string;
  readonly #tool: Tool;

  constructor(spec: ForeignSpec, limits: ForeignLimits = FOREIGN_LIMITS) {
    this.#name = spec.name;
    this.#tool = openTool(spec, { fileName: 'script.wast', limits, nodeFlags: [`--stack-size=${STACK_KIB}`] });
  }

  async run(cases: readonly ForeignCase[]): Promise<readonly Observation[]> {
    const scripts = cases.map((one) => untellable(one) ?? scriptOf([one], SCRIPT_OPTIONS));
    const runs = (await this.#tool.run(scripts.flatMap((script) => (typeof script === 'string' ? [] : [script.text])))).values();
    return scripts.map((script, i) => {
      if (typeof script === 'string') return unsupported(script);
      const ran = runs.next().value!;
      return 'outcomes' in ran ? ran : observe(ran, cases[i]!, script, this.#name);
    });
  }

  end(): Promise<void> {
    return this.#tool.end();
  }
}

function observe(ran: Ran, { predicted }: ForeignCase, { places }: Script, name: string): Observation {
  const { code, said, failure } = ran;
  const commands = commandsIn(said, places);
  if (code === 0 && commands.length === 0) return garbage(name, said);
  for (const [i, { place, text: words }] of commands.entries()) {
    const expected = place && predicted[place.step];
    if (place === undefined || expected === undefined) continue;
    const before = predicted.slice(0, place.step);
    if (code !== 0 && i === commands.length - 1) return observationOf([...before, failure === undefined ? outcomeOf(words, expected) : brokenDown(ran)]);
    const otherTrap = expected.kind === 'trapped' ? trapIn(words, expected.trap) : undefined;
    if (otherTrap !== undefined) return observationOf([...before, otherTrap]);
  }
  return observationOf(code === 0 ? predicted : [brokenDown(ran)]);
}
