/** An explanation in words, line by line. */
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import { describeHolder } from '#runtime/audit/holder.ts';
import { hex } from '#runtime/outcome.ts';
import type { Chronicle, Scene } from './chronicle.ts';
import type { Comparison } from './comparison.ts';
import type { Explanation } from './explain.ts';
import type { Place } from './life.ts';
import { describeOwner } from './life.ts';
import type { LostRoots } from './lost-roots.ts';
import { lifeText, plural, siteName, stepName } from './life-text.ts';
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

function summary({ guilty, defect, firstWrong, overlooked, noticed }: Chronicle, program: Program): Lines {
  const where = ({ step, ...place }: Place): string => `${stepName(step, program)}: ${siteName({ step, ...place })}`;
  return [
    `Guilty:      ${guilty}${defect === undefined ? '' : ` (${defect})`}`,
    firstWrong === undefined
      ? `First wrong: within that operation, which did not come to its end`
      : `First wrong: ${where(firstWrong.place)}`,
    ...(firstWrong?.message ?? '').split('\n').filter(Boolean).map((line) => `             ${line}`),
    ...(overlooked === undefined ? [] : [`Overlooked:  ${overlookedText(overlooked)}`]),
    `Noticed:     ${where(noticed.place)}`,
    ...noticed.message.split('\n').map((line) => `             ${line}`),
  ];
}

function overlookedText({ text, lost, found, others }: LostRoots): string {
  return `references ${text}, at ${lost} of ${plural(lost + found, 'place')}${others === 0 ? '' : `, and others at ${others}`}`;
}

// --- Arithmetic ------------------------------------------------------------------------------------------

function reckoningText({ what, stored, holders, discrepancies }: Reckoning): Lines {
  const found = holders.map(describeHolder);
  const header = what === undefined ? 'no object is there any more' : `${what}, stored count ${stored}`;
  const difference = holders.length - stored;
  const waits = holders.length > 1 && holders.some(({ kind }) => kind === 'pendingDrop');
  const verdict = what === undefined ? held(holders.length) : waits ? 'what waits for its release may have no other owner' : compared(difference);
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

export function comparisonText({ left, right, steps }: Comparison): Lines {
  const lines = steps.map(({ position, step, left: a, right: b, same }) => {
    const outcomes = same ? `both ${a}` : `${left} ${a}, ${right} ${b}   <-- here they part`;
    return `${position === undefined ? step : `step ${position}, ${step}`}: ${outcomes}`;
  });
  const last = steps.at(-1)?.same === true ? ['the outcomes are alike: what differs is told above'] : [];
  return [`${left} and ${right}`, ...indented([...lines, ...last])];
}
