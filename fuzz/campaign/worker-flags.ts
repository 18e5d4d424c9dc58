/**
 * Node's flags for processes that examine cases. A case leaves a hundred kilobytes of garbage, and whatever of the last few cases is still in
 * use is copied whenever the young generation is full: with room for four times as much as by default, that takes 7% of all time less.
 */
export const WORKER_FLAGS: readonly string[] = ['--max-semi-space-size=64', '--min-semi-space-size=64'];
