/** Planted bugs in words. */
import type { Fault } from '#fuzz/faults/fault.ts';
import type { Verdict } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Demonstration } from '#fuzz/replay/demonstrate.ts';

function blindness({ twinBlind }: Fault): string {
  return twinBlind === 'partly' ? 'partly twin-blind' : twinBlind ? 'twin-blind' : '';
}

/** One line each. */
export function listLines(faults: readonly Fault[]): readonly string[] {
  const width = (textOf: (fault: Fault) => string): number => Math.max(0, ...faults.map((fault) => textOf(fault).length));
  const [slugs, classes] = [width(({ slug }) => slug), width((fault) => fault.class)];
  return faults.map((fault) => {
    const blind = blindness(fault);
    return `${fault.slug.padEnd(slugs)}  ${fault.class.padEnd(classes)}  ${fault.title}${blind === '' ? '' : ` (${blind})`}`;
  });
}

export function faultLines(fault: Fault): readonly string[] {
  const { slug, title, references, guilty, caughtBy, story } = fault;
  const blind = blindness(fault);
  return [
    `${slug}: ${title}`,
    '',
    ...story.split('\n'),
    '',
    `Class:       ${fault.class}${blind === '' ? '' : `, ${blind}`}`,
    `Lies in:     ${guilty.join(', ') || 'no one operation'}`,
    `Seen by:     ${caughtBy.join(', ') || 'nobody, for it changes nothing'}`,
    `References:  ${references.join(', ') || 'none, a classic'}`,
    '',
  ];
}

export function demonstrationLines(path: string, { healthy, planted, settings, catches }: Demonstration): readonly string[] {
  const tally = [...catches].sort(([, a], [, b]) => b - a).map(([oracle, count]) => `${oracle} ${count}`);
  const caught = [...catches.values()].reduce((sum, count) => sum + count, 0);
  return [
    path,
    ...verdictLines('healthy', healthy),
    ...verdictLines('planted', planted),
    `  planted, under ${settings} settings: caught ${caught} times${tally.length === 0 ? '' : ` (${tally.join(', ')})`}`,
  ];
}
function verdictLines(runtime: string, verdict: Verdict): readonly string[] {
  switch (verdict.kind) {
    case 'agree':
      return [`  ${runtime}: passes`];
    case 'inconclusive':
      return [`  ${runtime}: says nothing, ${verdict.reason}`];
    case 'disagree': {
      const { oracle, message } = verdict.failure;
      return [`  ${runtime}: ${oracle} catches ${signatureOf(verdict.failure)}`, ...message.split('\n').map((line) => `    ${line}`)];
    }
  }
}
