/** Makes the value of a local the initial value of a global, which is no smaller at first: it is there before all else then. */
import { hoistings } from '../reducers/hoist-values.ts';
import { moduleDetour } from './detour.ts';

export const hoistFirst = moduleDetour('hoist-first', (module) => hoistings(module).map((hoist) => () => hoist() ?? module));
