/** `gctwin explain --json`. */
import type { Explanation } from '#fuzz/explain/explain.ts';

/** Everything that is told, without the Program: it is in the files that were read. */
export function explanationJson(explanation: Explanation): object {
  switch (explanation.kind) {
    case 'heap': {
      const { kind, circumstances, chronicle } = explanation;
      return { kind, circumstances, ...chronicle };
    }
    case 'difference': {
      const { kind, failure, comparison } = explanation;
      return { kind, failure, comparison };
    }
    case 'nothing':
      return explanation;
  }
}
