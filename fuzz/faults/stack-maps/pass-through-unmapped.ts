import { Op } from '#wasm/syntax/instructions.ts';
import type { Fault } from '../fault.ts';
import { SEE_LOST_ROOTS, losingResultsOf } from './omissions.ts';

export const passThroughUnmapped: Fault = {
  slug: 'pass-through-unmapped',
  title: 'References that an instruction hands through, such as a cast, are in no stack map.',
  references: ['https://nvd.nist.gov/vuln/detail/CVE-2022-31146'],
  class: 'stack maps',
  twinBlind: false,
  guilty: ['ref.cast', 'ref.cast null', 'ref.as_non_null', 'br_on_null', 'br_on_cast', 'br_on_cast_fail', 'any.convert_extern', 'extern.convert_any', 'local.tee'],
  caughtBy: SEE_LOST_ROOTS,
  story: [
    'The register allocator was told which values are references before values that are only other names of a value had been replaced by',
    'it. What was known by such a name alone was lost.',
    '',
    'Other names arise from instructions whose result is their operand: casts, tests for null that branch, conversions between any and',
    'extern, local.tee. What they leave on the stack is not looked at here.',
  ].join('\n'),
  plant: losingResultsOf(
    Op['ref.cast'],
    Op['ref.cast null'],
    Op['ref.as_non_null'],
    Op.br_on_null,
    Op.br_on_cast,
    Op.br_on_cast_fail,
    Op['any.convert_extern'],
    Op['extern.convert_any'],
    Op['local.tee'],
  ),
};
