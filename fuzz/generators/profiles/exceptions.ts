/**
 * Exceptions as objects of the heap: their payload owns what it carries, a pending one is owned by the store alone, and a caught one is on the
 * stack; through calls, tail calls and the host.
 */
import { ValType } from '#wasm/syntax/types.ts';
import { NUMBER_VALUES } from '../build/number-values.ts';
import { REFERENCE_VALUES } from '../build/reference-values.ts';
import { reweighted } from '../build/production.ts';
import { refTo } from '../build/type-table.ts';
import { PASSED_ON, arrivalsOf } from '../stack/arrivals.ts';
import { holdsOf } from '../stack/holds.ts';
import { defineNodes, heldNodes } from '../stack/nodes.ts';
import { pausesOf, reentriesOf } from '../stack/pauses.ts';
import { stackGenerator } from '../stack/stack-profile.ts';
import { defineExceptionPlaces, throwingOf } from '../stack/throwing.ts';

const { i32, i64, anyref, externref, exnref } = ValType;

const VALUES = reweighted(REFERENCE_VALUES, { 'struct.new': 24, 'local.get': 4, 'ref.null': 1, 'ref.i31': 2 });

/** Share of functions that return an exception to the host. */
const HANDED_OUT = 0.1;

const FEWER = { 'many locals': 0, 'numbers where references were': 0, 'collection before any reference': 0 };

export const exceptions = stackGenerator({
  name: 'exceptions',
  version: 3,
  summary: 'exceptions that carry references, kept and thrown again, through calls and the host',
  imports: ['gc', 'id', 'mk', 'val', 'cb', 'cb_gc', 'cb_twice', 'cb_trap'],
  hasGc: true,
  plan: (module, random) => {
    const nodes = defineNodes(module, random);
    for (const payload of [[refTo(nodes.node)], [], [i32, externref], [exnref], [anyref, i64, refTo(nodes.list)]]) module.addTag(payload);
    const places = defineExceptionPlaces(module);
    return {
      held: heldNodes(nodes, random),
      values: (stage) => [...VALUES, ...NUMBER_VALUES, ...PASSED_ON, ...arrivalsOf(stage)],
      statements: (stage) => [...throwingOf(stage, places).statements, ...reweighted(holdsOf(stage), FEWER)],
      pauses: (stage) => [...pausesOf(stage), ...reentriesOf(stage)],
      callback: (stage) => throwingOf(stage, places).callback,
    };
  },
  // V8 has nothing to say about those that hand an exception to the host by value.
  signature: (random) => ({ params: [], results: random.chance(HANDED_OUT) ? [exnref] : [] }),
});
