import type { Fault } from '../fault.ts';
import { usesIn } from './local-uses.ts';
import { SEE_LOST_ROOTS, losingLocals } from './omissions.ts';

export const backEdgeLivenessIgnored: Fault = {
  slug: 'back-edge-liveness-ignored',
  title: 'Behind its last use in the text of a loop a local counts as dead, though the next round reads it.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/9071'],
  class: 'stack maps',
  twinBlind: false,
  guilty: ['loop'],
  caughtBy: SEE_LOST_ROOTS,
  story: [
    'Which values a stack map must list was found in one pass from the end of a function to its beginning. At the end of a loop the pass',
    'does not yet know what the loop reads, so what is only read further up looks dead down there.',
    '',
    'Stack maps here list all locals, dead or alive. What is planted leaves out what such a pass would: a local that the loop reads before',
    'it writes it, from its last use in the text to the end of the loop. The second round then uses an object that is gone.',
  ].join('\n'),
  plant: losingLocals((local, index, text) => {
    if (text.uses.some((use) => use.local === local && use.at > index)) return false;
    const around = text.loops.filter(({ start, end }) => start < index && index < end);
    return around.some((loop) => usesIn(loop, text).find((use) => use.local === local)?.kind === 'read');
  }),
};
