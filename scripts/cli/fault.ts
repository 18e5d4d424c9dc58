/** Planted bugs on the command line, by their names. */
import { FAULTS, findFault } from '#fuzz/faults/registry.ts';
import { nearest } from '#util/edit-distance.ts';
import type { Kind } from './option.ts';

export function faultsNear(slug: string): readonly string[] {
  return nearest(slug, FAULTS.map((fault) => fault.slug));
}

export const faultKind: Kind<string> = {
  placeholder: 'SLUG',
  wants: 'the name of a planted bug (gctwin faults lists them)',
  parse: (text) => findFault(text)?.slug,
  near: faultsNear,
};

/** `none` is the healthy runtime. */
export const faultOrNone: Kind<string> = {
  placeholder: 'SLUG|none',
  wants: `'none' or ${faultKind.wants}`,
  parse: (text) => (text === 'none' ? text : faultKind.parse(text)),
  near: faultsNear,
};
