/**
 * Makes a Program smaller before it joins the corpus, while it reaches what it is wanted for: its children run faster, and more of
 * their edits hit what matters. Unlike shrinking it searches nothing: it knows which steps are wanted, and tries a handful of times.
 */
import type { Program } from '#fuzz/program/program.ts';
import { withoutUnused } from '#fuzz/shrink/reducers/drop-unused.ts';

export interface Trimming {
  /** Positions of the steps during which the wanted features were reached first. */
  readonly steps: ReadonlySet<number>;
  /** Runs a candidate and tells whether it reaches all of them. */
  readonly isEnough: (candidate: Program) => boolean;
}

/** @returns the Program itself when nothing less is enough */
export function trim(program: Program, { steps, isEnough }: Trimming): Program {
  const last = Math.max(...steps);
  const firstEnough = (whole: Program, ...candidates: readonly Program[]): Program =>
    candidates.find((candidate) => candidate !== whole && isEnough(candidate)) ?? whole;
  const sliced = firstEnough(
    program,
    { ...program, steps: program.steps.filter(({ kind }, i) => kind === 'instantiate' || steps.has(i)) },
    { ...program, steps: program.steps.slice(0, last + 1) },
  );
  return firstEnough(sliced, withoutUnusedParts(withNeededExports(sliced)), withoutUnusedParts(sliced));
}

/** Without what no step and no other module asks for by name; a host function may, though. */
function withNeededExports(program: Program): Program {
  const needed = new Set(program.modules.flatMap(({ module }) => module.imports.map(({ name }) => name)));
  for (const step of program.steps) if ('export' in step) needed.add(step.export);
  const modules = program.modules.map(({ name, module }) => ({ name, module: { ...module, exports: module.exports.filter((one) => needed.has(one.name)) } }));
  return { ...program, modules };
}

function withoutUnusedParts(program: Program): Program {
  return { ...program, modules: program.modules.map(({ name, module }) => ({ name, module: withoutUnused(module) })) };
}
