/** An explanation in words, line by line. */
import { describeStep } from '#fuzz/findings/describe.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import { describeHolder } from '#runtime/audit/holder.ts';
import { hex } from '#runtime/outcome.ts';
import type { Chronicle, Scene } from './chronicle.ts';
import type { Comparison } from './comparison.ts';
import type { Explanation } from './explain.ts';
import type { Life, LifeEvent, Owner, Place } from './life.ts';
import { describeOwner } from './life.ts';
import { pictureText } from './picture-text.ts';
import type { Discrepancy, Reckoning } from './reckoning.ts';

type Lines = readonly string[];

export function explanationText(explanation: Explanation): Lines {
  switch (explanation.kind) {
    case 'nothing':
      return [`nothing to explain: ${explanation.reason}`];
    case 'difference':
      return [signatureOf(explanation.failure), ...indented(explanation.failure.message.split('\n')), '', ...comparisonText(explanation.comparison)];
    case 'heap':
      return heapText(explanation);
  }
}

function indented(lines: Lines): Lines {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}
function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
function stepName(position: number, program: Program): string {
  const step = program.steps[position];
  return `step ${position}, ${step === undefined ? 'exit' : describeStep(step, program)}`;
}
function siteName({ site, collection }: Place): string {
  return collection === undefined ? site : `${site}, collection (${collection})`;
}

// --- A heap gone wrong -----------------------------------------------------------------------------------

function heapText({ chronicle, program, circumstances }: Extract<Explanation, { kind: 'heap' }>): Lines {
  const { suspect, firstWrong } = chronicle;
  const head = [...summary(chronicle, program), ...(circumstances === '' ? [] : [`Shown by a run with ${circumstances}.`])];
  if (suspect === undefined) return [...head, '', 'The failure names no object.'];
  const { address, life, end } = suspect;
  const scene = firstWrong ?? end;
  return [
    ...head,
    '',
    `The life of ${hex(address)}`,
    ...indented(lifeText(life, chronicle.noticed, program)),
    '',
    `The count of ${hex(address)} ${moment(firstWrong)}`,
    ...indented(reckoningText(scene.reckoning)),
    '',
    `The heap around ${hex(address)} ${moment(firstWrong)}`,
    ...indented(pictureText(scene.picture)),
  ];
}
function moment(firstWrong: Scene | undefined): string {
  return firstWrong === undefined ? 'at the end' : 'at the first wrong moment';
}

function summary({ guilty, defect, firstWrong, noticed }: Chronicle, program: Program): Lines {
  const where = ({ step, ...place }: Place): string => `${stepName(step, program)}: ${siteName({ step, ...place })}`;
  return [
    `Guilty:      ${guilty}${defect === undefined ? '' : ` (${defect})`}`,
    firstWrong === undefined
      ? `First wrong: within that operation, which did not come to its end`
      : `First wrong: ${where(firstWrong.place)}`,
    ...(firstWrong?.message ?? '').split('\n').filter(Boolean).map((line) => `             ${line}`),
    `Noticed:     ${where(noticed.place)}`,
    ...noticed.message.split('\n').map((line) => `             ${line}`),
  ];
}

// --- Life ------------------------------------------------------------------------------------------------

function eventText(event: LifeEvent): string {
  switch (event.kind) {
    case 'allocated':
      return '   allocated';
    case 'retained':
      return `+1 ${describeOwner(event.owner)}`;
    case 'released':
      return `-1 ${giverName(event.owner, event.unmatched)}`;
    case 'passed':
      return `   from ${giverName(event.from, event.unmatched)} to ${describeOwner(event.to)}`;
    case 'stored uncounted':
      return `   into ${describeOwner(event.owner)}, and nobody counts it`;
    case 'overwritten uncounted':
      return `   out of ${describeOwner(event.owner)}, and nobody gives its count back`;
    case 'freed':
      return '   freed';
    case 'wrong':
      return 'the first wrong moment';
  }
}
function giverName(owner: Owner, unmatched: boolean): string {
  return `${describeOwner(owner)}${unmatched ? ' (who owned none)' : ''}`;
}

/** Columns: what happens, the count afterwards, where; below a line for each step. */
function lifeText({ events, omitted, omittedAt }: Life, { place, invariant }: Chronicle['noticed'], program: Program): Lines {
  if (events.length === 0) return ['nothing was seen of it: it was never allocated'];
  const width = Math.max(...events.map((event) => eventText(event).length));
  const lines: string[] = [];
  let step = -1;
  for (const [i, event] of events.entries()) {
    if (omitted > 0 && i === omittedAt) lines.push(`  ... ${plural(omitted, 'event')} left out ...`);
    if (event.place.step !== step) lines.push(stepName((step = event.place.step), program));
    const text = eventText(event);
    if (event.kind === 'wrong') lines.push(`  --- ${text} ---`);
    else lines.push(`  ${text.padEnd(width)}  = ${event.count}  ${siteName(event.place)}`);
  }
  if (place.step !== step) lines.push(stepName(place.step, program));
  lines.push(`  --- noticed [${invariant}]: ${siteName(place)} ---`);
  return lines;
}

// --- Arithmetic ------------------------------------------------------------------------------------------

function reckoningText({ what, stored, holders, discrepancies }: Reckoning): Lines {
  const found = holders.map(describeHolder);
  const header = what === undefined ? 'no object is there any more' : `${what}, stored count ${stored}`;
  const difference = holders.length - stored;
  const verdict = what === undefined ? held(holders.length) : compared(difference);
  return [header, `${plural(found.length, 'owner')} found${found.length === 0 ? '' : ':'}`, ...indented(found), verdict, ...discrepancies.map(discrepancyText)];
}
function held(places: number): string {
  return places === 0 ? 'and nothing holds it' : `and ${plural(places, 'place')} still hold${places === 1 ? 's' : ''} it`;
}
function compared(difference: number): string {
  if (difference === 0) return 'the count is right';
  return difference > 0 ? `the count is ${difference} too low` : `the count is ${-difference} too high`;
}
function discrepancyText({ owner, owned, found }: Discrepancy): string {
  const name = describeOwner(owner);
  if (owned < 0) return `by its life, ${name} gave back ${plural(-owned, 'count')} that it had not taken: a retain is missing, or a release is too much`;
  const held = found === 0 ? 'but holds it nowhere' : `but holds it ${plural(found, 'time')}`;
  return `by its life, ${name} owns ${plural(owned, 'count')}, ${held}: a ${owned < found ? 'retain' : 'release'} is missing`;
}

// --- Two engines -----------------------------------------------------------------------------------------

function comparisonText({ left, right, steps }: Comparison): Lines {
  const lines = steps.map(({ step, left: a, right: b, same }, i) => {
    const outcomes = same ? `both ${a}` : `${left} ${a}, ${right} ${b}   <-- here they part`;
    return `step ${i}, ${step}: ${outcomes}`;
  });
  const last = steps.at(-1)?.same === true ? ['the outcomes are alike: what differs is told above'] : [];
  return [`${left} and ${right}`, ...indented([...lines, ...last])];
}
