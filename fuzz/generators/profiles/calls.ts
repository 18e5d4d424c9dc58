/**
 * Calls of every kind with references as arguments, as results and below: by reference, through tables, as tail calls, in recursion; of
 * functions that are kept in fields, tables and globals, whose types are related, and some of which are another module's.
 */
import { ValType } from '#wasm/syntax/types.ts';
import { NUMBER_VALUES } from '../build/number-values.ts';
import { reweighted } from '../build/production.ts';
import { REFERENCE_VALUES } from '../build/reference-values.ts';
import { refOrNull, refTo } from '../build/type-table.ts';
import { PASSED_ON, arrivalsOf } from '../stack/arrivals.ts';
import { callingOf, defineCallPlaces } from '../stack/calling.ts';
import { holdsOf } from '../stack/holds.ts';
import { defineNodes, heldNodes } from '../stack/nodes.ts';
import { pausesOf, reentriesOf } from '../stack/pauses.ts';
import { stackGenerator } from '../stack/stack-profile.ts';

const VALUES = reweighted(REFERENCE_VALUES, { 'struct.new': 20, 'struct.get': 4, 'local.get': 4, 'ref.null': 1, 'ref.i31': 2, 'ref.func': 8 });
/** Without what exceptions and blocks are to other profiles. */
const HOLDS = { 'parameters of a try_table': 1, 'numbers where references were': 0, 'arms of an if': 1, 'loop parameters': 1 };

export const calls = stackGenerator({
  name: 'calls',
  version: 4,
  summary: 'calls by reference, through tables, as tail calls and recursive, with references in flight',
  imports: ['gc', 'id', 'idf', 'mk', 'val', 'cb'],
  hasGc: true,
  plan: (module, random) => {
    const nodes = defineNodes(module, random);
    const places = defineCallPlaces(module, random, nodes);
    return {
      library: places.library,
      held: [...heldNodes(nodes, random), [2, refTo(places.kinds[0]!.type)], [1, refTo(places.holder)], [1, refOrNull(places.list)]],
      values: (stage) => [...callingOf(stage, places).values, ...VALUES, ...NUMBER_VALUES, ...PASSED_ON, ...arrivalsOf(stage)],
      statements: (stage) => [...callingOf(stage, places).statements, ...reweighted(holdsOf(stage), HOLDS)],
      pauses: (stage) => [...pausesOf(stage), ...reentriesOf(stage)],
      functions: (stage) => callingOf(stage, places).writeCallees(),
    };
  },
  signature: (random) => ({ params: [], results: random.pick([[], [ValType.anyref]]) }),
});
