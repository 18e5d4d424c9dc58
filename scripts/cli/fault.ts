/** The option value that names a planted bug. */
import { FAULTS, findFault } from '#fuzz/faults/registry.ts';
import type { Kind } from './option.ts';

export const faultKind: Kind<string> = {
  placeholder: 'SLUG',
  wants: `the name of a planted bug (${FAULTS.length === 0 ? 'there is none' : `such as ${FAULTS[0]!.slug}`})`,
  parse: (text) => findFault(text)?.slug,
};

/** `none` is the healthy runtime. */
export const faultOrNone: Kind<string> = {
  placeholder: 'SLUG|none',
  wants: `'none' or ${faultKind.wants}`,
  parse: (text) => (text === 'none' ? text : faultKind.parse(text)),
};
