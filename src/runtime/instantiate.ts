/** Instantiation as the host asks for it, and as it ends. */
import type { CompiledModule } from './compile/compiled.ts';
import type { Instance } from './instance.ts';
import { outcomeOf } from './invoke.ts';
import type { Imports } from './link.ts';
import type { Outcome } from './outcome.ts';
import { Fault } from './outcome.ts';
import type { Store } from './store.ts';

export type Instantiation =
  | { readonly kind: 'instantiated'; readonly instance: Instance }
  | Exclude<Outcome, { kind: 'returned' }>;

/**
 * @param compiled for the store's registry
 * @throws LinkError
 */
export function instantiate(store: Store, compiled: CompiledModule, imports: Imports): Instantiation {
  const { sp, depth } = store.stack;
  const externs = store.linker.resolve(compiled.context, imports);
  const instantiator = new store.Instantiator(store, compiled);
  try {
    return { kind: 'instantiated', instance: instantiator.run(externs) };
  } catch (signal) {
    store.noteEnd(signal);
    store.boundary.unwind(sp, depth);
    if (!(signal instanceof Fault)) instantiator.giveUp();
    return outcomeOf(signal);
  }
}
