/**
 * References held on the operand stack across safe points, owned by nothing else and used afterwards. Wasmtime's fuzzers had no such
 * shape until 2022, and nearly every fault of a stack map since then needs it.
 */
import { NUMBER_VALUES } from '../build/number-values.ts';
import { reweighted } from '../build/production.ts';
import { REFERENCE_VALUES } from '../build/reference-values.ts';
import { SEGMENT_VALUES } from '../build/segments.ts';
import { PASSED_ON, arrivalsOf } from '../stack/arrivals.ts';
import { holdsOf } from '../stack/holds.ts';
import { defineNodes, heldNodes } from '../stack/nodes.ts';
import { pausesOf, reentriesOf } from '../stack/pauses.ts';
import { stackGenerator } from '../stack/stack-profile.ts';

/** What is read from somewhere is owned there: fresh objects come first. */
const VALUES = reweighted(REFERENCE_VALUES, { 'struct.new': 30, 'array.new_fixed': 10, 'local.get': 3, 'global.get': 2, 'ref.null': 1, 'ref.i31': 2 });

export const stackPressure = stackGenerator({
  name: 'stack-pressure',
  version: 3,
  summary: 'references that only the stack holds, across collections',
  imports: ['gc', 'id', 'mk', 'val', 'two', 'cb'],
  hasGc: true,
  plan: (module, random) => ({
    held: heldNodes(defineNodes(module, random), random),
    values: (stage) => [...VALUES, ...SEGMENT_VALUES, ...NUMBER_VALUES, ...PASSED_ON, ...arrivalsOf(stage)],
    statements: holdsOf,
    pauses: (stage) => [...pausesOf(stage), ...reentriesOf(stage)],
  }),
  signature: () => ({ params: [], results: [] }),
});
