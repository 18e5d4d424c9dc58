/** Leaves a value on the operand stack that is put into a variable and read again later: blocks that end in between have it as a result. */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { ValType } from '#wasm/syntax/types.ts';
import { blocksAround, bounds, withBlockResults } from '../blocks.ts';
import type { Reducer } from '../gate.ts';
import type { Site } from '../sites.ts';
import { forEachModule, sitesOf, withExpr } from '../sites.ts';
import { funcType } from '../types.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

interface Passing {
  readonly type: ValType;
  /** Where it is read again, the nearest first. */
  readonly reads: readonly number[];
}

function isRead(instruction: Instruction, write: Instruction): boolean {
  if (write.op === Op['local.set']) return instruction.op === Op['local.get'] && instruction.local === write.local;
  return write.op === Op['global.set'] && instruction.op === Op['global.get'] && instruction.global === write.global;
}

function typeOf({ module, place }: Site, write: Instruction): ValType | undefined {
  if (write.op === Op['local.set']) {
    const { typeIndex, locals } = module.functions[place.position]!;
    return [...funcType(module, typeIndex)!.params, ...locals][write.local];
  }
  if (write.op !== Op['global.set']) return undefined;
  const imported = module.imports.filter(({ type }) => type.kind === 'global').length;
  return module.globals[write.global - imported]?.type.type;
}

/** @param at of what may be a write */
function passingAt(site: Site, at: number): Passing | undefined {
  const write = site.expr[at]!;
  const type = site.place.kind === 'function' ? typeOf(site, write) : undefined;
  if (type === undefined) return undefined;
  const reads = [...site.expr.keys()].filter((read) => read > at && isRead(site.expr[read]!, write));
  return { type, reads: [...new Set([reads[0], reads.at(-1)])].filter((read) => read !== undefined) };
}

function left(site: Site, at: number): readonly Module[] {
  const { type, reads } = passingAt(site, at) ?? { reads: [] };
  return reads.flatMap((read) => {
    const leftBetween = blocksAround(site.expr, at).filter((start) => bounds(site.expr, start).end <= read);
    const changed = withBlockResults(site, leftBetween, (results) => [...results, type!]);
    if (changed === undefined) return [];
    const module = withExpr(changed.module, site.place, changed.expr.filter((_, i) => i !== at && i !== read));
    return [withoutUnused(module, definitionsOf(module))];
  });
}

export const leaveOnStack: Reducer = {
  name: 'leave-on-stack',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      const leaveOne = (): boolean => sitesOf(current()).some((site) => site.expr.some((_, at) => left(site, at).some(attempt)));
      while (leaveOne());
    }),
};
