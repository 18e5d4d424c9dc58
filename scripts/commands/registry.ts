/** The commands of `gctwin`, in the order of its help. */
import type { Registry } from '../cli/main.ts';

export const COMMANDS: Registry = {
  exec: async () => (await import('./exec.ts')).command,
  explain: async () => (await import('./explain.ts')).command,
  faults: async () => (await import('./faults.ts')).command,
  conformance: async () => (await import('./conformance.ts')).command,
  bench: async () => (await import('./bench.ts')).command,
  'bench faults': async () => (await import('./bench-faults.ts')).command,
  fuzz: async () => (await import('./fuzz.ts')).command,
  engines: async () => (await import('./engines.ts')).command,
  export: async () => (await import('./export.ts')).command,
  reach: async () => (await import('./reach.ts')).command,
  merge: async () => (await import('./merge.ts')).command,
  minimize: async () => (await import('./minimize.ts')).command,
  replay: async () => (await import('./replay.ts')).command,
  promote: async () => (await import('./promote.ts')).command,
};
