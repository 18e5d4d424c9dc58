/** The settings that the suite is run with unless told otherwise. */
import { DEFAULT_OPTIONS } from '#runtime/options.ts';
import type { Setting } from './run-script.ts';

/** Both collectors as they are, and drc with a collection and an audit at every safe point. */
export const DEFAULT_SETTINGS: readonly Setting[] = [
  { name: 'null', collector: 'null', options: DEFAULT_OPTIONS },
  { name: 'drc', collector: 'drc', options: DEFAULT_OPTIONS },
  {
    name: 'drc, zeal 1, audit',
    collector: 'drc',
    options: {
      ...DEFAULT_OPTIONS,
      heap: { ...DEFAULT_OPTIONS.heap, poison: true, integrity: true },
      collection: { ...DEFAULT_OPTIONS.collection, zeal: 1 },
      audit: 'safePoints',
    },
  },
];
