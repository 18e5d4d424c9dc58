/** What a benchmark reports: a figure of ours against a baseline measured in the same run. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: 's' | 'ms' | 'µs' | 'MB/s' | '1/s';
  /** What the figure is compared with. */
  readonly baseline: { readonly name: string; readonly value: number };
  /** `value` over the baseline's value. */
  readonly ratio: number;
  /** What the ratio should be, for people. */
  readonly aim?: string;
}

export function result(
  name: string,
  value: number,
  unit: BenchResult['unit'],
  baseline: BenchResult['baseline'],
  aim?: string,
): BenchResult {
  return { name, value, unit, baseline, ratio: value / baseline.value, ...(aim !== undefined && { aim }) };
}

/** What the command line says. */
export interface BenchRequest {
  /** Command lines of other programs that do the same, with places for what they work on. */
  readonly against: readonly (readonly string[])[];
  /** For one program on one input. */
  readonly maxSeconds: number;
  /** So many times the time that gctwin has taken for an input is enough for any other program. */
  readonly maxRatio: number;
  /** Names of inputs, or what they begin with; none of them is all. */
  readonly inputs: readonly string[];
  /** To be called with what was measured as soon as it is: a line for people, and the figures in it. */
  readonly note: (line: string, row?: object) => void;
}

/** A group of benchmarks that share their set-up. */
export interface Bench {
  readonly name: string;
  readonly run: (request: BenchRequest) => Promise<readonly BenchResult[]>;
}

/** Something that a benchmark needs is not there. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}
