import { Op } from '#wasm/syntax/instructions.ts';
import type { Fault } from '../fault.ts';
import { SEE_LOST_ROOTS, losingFrames } from './omissions.ts';

export const coldArmSafepointDropped: Fault = {
  slug: 'cold-arm-safepoint-dropped',
  title: 'While a frame is in an else, its stack map is empty.',
  references: ['https://nvd.nist.gov/vuln/detail/CVE-2022-24791'],
  class: 'stack maps',
  twinBlind: false,
  guilty: ['else'],
  caughtBy: SEE_LOST_ROOTS,
  story: [
    'Code that is seldom needed is moved to the end of a function. Safe points were matched with the code in the order in which they had been',
    'written down, so those in such code were passed over and had no stack map. It came to light when each loop was given a piece of',
    'seldom needed code, a check for interruption.',
    '',
    'The arm of an if that is taken when the condition does not hold stands for such code here.',
  ].join('\n'),
  plant: losingFrames(({ blocks }) => blocks.some(({ opcode }) => opcode === Op.else)),
};
