/** `gctwin explain`: tells the story of a failure. */
import { writeFileSync } from 'node:fs';
import type { Pair } from '#fuzz/campaign/pairing.ts';
import type { EnginesExplanation } from '#fuzz/explain/engines.ts';
import { enginesText, explainEngines } from '#fuzz/explain/engines.ts';
import type { Explanation } from '#fuzz/explain/explain.ts';
import { explain } from '#fuzz/explain/explain.ts';
import { explanationText } from '#fuzz/explain/explanation-text.ts';
import type { Picture } from '#fuzz/explain/picture.ts';
import { pictureDot } from '#fuzz/explain/picture-dot.ts';
import { pictureSvg } from '#fuzz/explain/picture-svg.ts';
import { partsWith } from '#fuzz/faults/parts-with.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import type { Finding } from '#fuzz/findings/finding.ts';
import { loadReaders } from '#fuzz/oracles/readers.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import { PairCourt } from '#fuzz/replay/pair-court.ts';
import { describeMoves } from '#fuzz/replay/recorded-engines.ts';
import type { Context } from '../cli/command.ts';
import { defineCommand } from '../cli/command.ts';
import { pairFor, pairOptions } from '../cli/engines.ts';
import { InputError } from '../cli/errors.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { faultOrNone } from '../cli/fault.ts';
import { jsonFlag, printJson } from '../cli/json.ts';
import { text } from '../cli/kinds.ts';
import { option } from '../cli/option.ts';
import { explanationJson } from '../explain/json.ts';
import { readSource } from '../explain/source.ts';

/** The slug to plant; undefined for none. @throws InputError when this version does not know it */
function faultFor(path: string, recorded: string | undefined, wanted: string | undefined): string | undefined {
  if (wanted !== undefined) return wanted === 'none' ? undefined : wanted;
  if (recorded !== undefined && findFault(recorded) === undefined) {
    throw new InputError(`${path} is about the planted bug ${recorded}, which this version does not know`);
  }
  return recorded;
}

/** A case that has ended the process it ran in would do so again here; of one that was never generated there is no Program. */
function cannotRun({ failure, program }: Finding): boolean {
  return failure.invariant === 'worker' || program.modules.length === 0;
}
function whatToDo(path: string, { failure, origin, program }: Finding): readonly string[] {
  const again =
    program.modules.length === 0
      ? `generate it again, alone: npx gctwin fuzz --seed ${origin.campaignSeed} --runs ${origin.caseNumber + 1} --workers 1, which ends at case ${origin.caseNumber}`
      : `run it in a process of its own: timeout 60 npx gctwin replay ${path}`;
  return [
    signatureOf(failure),
    `  ${failure.message}`,
    '',
    program.modules.length === 0
      ? 'There is no Program: it failed while it was generated. To look into it:'
      : 'The case is not run here, for it would do the same to this process. To look into it:',
    `  ${again}`,
    failure.oracle === 'hang'
      ? '  node --cpu-prof scripts/gctwin.js ... tells where the time goes; stop it with Ctrl-C'
      : '  node --stack-trace-limit=200 scripts/gctwin.js ... says more; --max-old-space-size=4096 tells a leak from a large case',
  ];
}

/** @throws InputError */
function writePicture(path: string, contents: string): void {
  try {
    writeFileSync(path, contents);
  } catch (error) {
    throw new InputError(`cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}
function pictureIn(explanation: Explanation): Picture | undefined {
  if (explanation.kind !== 'heap') return undefined;
  const { firstWrong, suspect } = explanation.chronicle;
  return (firstWrong ?? suspect?.end)?.picture;
}

function draw(explanation: Explanation, files: { readonly svg: string | undefined; readonly dot: string | undefined }, { log }: Context): void {
  const picture = pictureIn(explanation);
  if (picture === undefined) {
    if (files.svg !== undefined || files.dot !== undefined) log.warn('no picture is written: there is no object that is wrong');
    return;
  }
  if (files.svg !== undefined) writePicture(files.svg, pictureSvg(picture));
  if (files.dot !== undefined) writePicture(files.dot, pictureDot(picture));
}

async function explainPair(pair: Pair, program: Program, slug: string | undefined): Promise<EnginesExplanation> {
  const court = new PairCourt();
  try {
    const pairing = court.pairing(pair, slug === undefined ? undefined : findFault(slug));
    return explainEngines(program, pairing.examine(program).verdict, pairing.observe(program));
  } finally {
    await court.end();
  }
}

/** What our twin, which we can look into, has to do with it. */
function twinHeading({ verdict }: EnginesExplanation, { kind }: Explanation, slug: string | undefined): string {
  const planted = slug === undefined ? '' : ` with ${slug} planted`;
  if (kind !== 'nothing') return `Our own twin${planted} goes wrong, too:`;
  if (verdict.kind !== 'disagree') return `Nothing goes wrong in our own twin${planted}, either.`;
  return `Nothing goes wrong in our own twin${planted}, so that there is no story to tell of its heap${slug === undefined ? '; --fault SLUG plants a bug that may be alike' : ''}.`;
}

export const command = defineCommand({
  name: 'explain',
  summary: 'Tell the story of a failure: the life of the object that it names, and where its count went wrong',
  details: [
    'PATH is the folder of a finding or of a corpus entry, or a module file, whose exports are then called in turn with zeros',
    'and nulls. A finding runs with the planted bug it was found with, an entry with the one that it catches, if any.',
    '',
    'Told are: which operation is guilty and which one noticed; everyone who took or gave back a count of the object, and',
    'where; the count against the owners that the audit finds at the first wrong moment; and the heap around the object then.',
    'Where no object is wrong but engines differ, their steps are told side by side.',
    '',
    'With --subject, or for a finding of other engines, it is first told where these part, call by call. Nobody can look into',
    'them; but our own twin may show the same with a bug planted, whose story then follows.',
    '',
    'Exit status: 0 there is nothing to explain; 1 there was; 2 bad input.',
  ].join('\n'),
  operands: { usage: 'PATH', min: 1, max: 1 },
  options: {
    fault: option(faultOrNone, 'plant this bug instead of the recorded one'),
    ...pairOptions,
    svg: option(text('FILE'), 'write the heap around the object as a drawing'),
    dot: option(text('FILE'), 'write it for Graphviz'),
    json: jsonFlag,
  },
  run: async ({ options, operands }, context) => {
    const [path] = operands as [string];
    const { program, finding, fault } = readSource(path);
    const slug = faultFor(path, fault, options.fault);
    if (finding !== undefined && cannotRun(finding)) {
      for (const line of whatToDo(path, finding)) context.print(line);
      if (options.json) printJson(context, { kind: 'not run', failure: finding.failure });
      return ExitCode.findings;
    }
    if (finding !== undefined) context.print(`Recorded:    ${signatureOf(finding.failure)}`);
    const pair = await pairFor(path, finding, options);
    if (options.subject === undefined && pair !== undefined) for (const line of describeMoves(finding!.engines!, pair)) context.print(line);
    const engines = pair && (await explainPair(pair, program, slug));
    const explanation = explain(program, partsWith(slug === undefined ? undefined : findFault(slug)), await loadReaders());
    if (engines !== undefined) {
      for (const line of [...enginesText(engines), '', twinHeading(engines, explanation, slug)]) context.print(line);
    }
    if (engines === undefined || explanation.kind !== 'nothing') for (const line of explanationText(explanation)) context.print(line);
    draw(explanation, options, context);
    if (options.json) printJson(context, { ...explanationJson(explanation), ...(engines && { engines }) });
    return explanation.kind === 'nothing' && engines?.verdict.kind !== 'disagree' ? ExitCode.ok : ExitCode.findings;
  },
});
