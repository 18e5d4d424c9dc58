/** The smoke suite: scripts that every engine runs, and a table of what has become of them. */
import { basename, dirname } from 'node:path';
import { Pairing } from '#fuzz/campaign/pairing.ts';
import type { ChosenEngine } from '#fuzz/engines/foreign/comparison.ts';
import { nameOf } from '#fuzz/engines/foreign/comparison.ts';
import type { Verdict } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import { readEntry } from '#fuzz/program/entry.ts';
import type { Program } from '#fuzz/program/program.ts';
import { findReplayables } from '#fuzz/replay/find.ts';
import { findScripts, loadScript } from '#spec/suite.ts';
import { UNEXPLAINED, explainSmoke } from './explanations.ts';
import { scriptProgram } from './vectors.ts';

export interface SmokeScript {
  readonly id: string;
  readonly program: Program;
}

/** `as expected`, or why not. */
export interface SmokeResult {
  readonly kind: 'passed' | 'differs' | 'inconclusive';
  readonly told: string;
}

export interface SmokeColumn {
  readonly engine: ChosenEngine;
  /** One for each script. */
  readonly results: readonly SmokeResult[];
}

const CASES_AT_A_TIME = 16;

/** @throws EntryError, errors of the file system */
export function corpusScripts(folder: string): readonly SmokeScript[] {
  const entries = findReplayables(folder).filter(({ kind }) => kind === 'entry');
  return entries.map(({ path }) => ({ id: `${basename(dirname(path))}/${basename(path)}`, program: readEntry(path).program }));
}

/** @param folder of scripts of the official suite as JSON @throws ScriptError, errors of the file system */
export function vectorScripts(folder: string): readonly SmokeScript[] {
  return findScripts(folder).flatMap((file) => {
    const script = loadScript(file);
    return script === undefined ? [] : [{ id: `${basename(folder)}/${file.id.replace(/\.json$/, '')}`, program: scriptProgram(script, dirname(file.path)) }];
  });
}

function resultOf(verdict: Verdict): SmokeResult {
  if (verdict.kind === 'agree') return { kind: 'passed', told: '' };
  if (verdict.kind === 'inconclusive') return { kind: 'inconclusive', told: verdict.reason };
  const { failure } = verdict;
  return { kind: 'differs', told: `${signatureOf(failure)}: ${failure.message.split('\n')[0]!}` };
}

/** A child that died or was slow once, as happens on a busy machine. */
function isAccident({ kind, told }: SmokeResult): boolean {
  return kind === 'inconclusive' && / once, and not again alone/.test(told);
}

export async function runSmoke(engine: ChosenEngine, scripts: readonly SmokeScript[]): Promise<SmokeColumn> {
  const pairing = new Pairing({ subjects: [engine], references: [nameOf(engine) === 'null' ? 'drc' : 'null'], suppressions: [] });
  try {
    const results: SmokeResult[] = [];
    for (let i = 0; i < scripts.length; i += CASES_AT_A_TIME) {
      const some = scripts.slice(i, i + CASES_AT_A_TIME);
      const first = pairing.examineAll(some).map(({ verdict }) => resultOf(verdict));
      results.push(...first.map((result, position) => (isAccident(result) ? resultOf(pairing.examineAll([some[position]!])[0]!.verdict) : result)));
    }
    return { engine, results };
  } finally {
    await pairing.end();
  }
}

const MARKS: Readonly<Record<SmokeResult['kind'], string>> = { passed: '✓', differs: '✗', inconclusive: '–' };

function countOf({ results }: SmokeColumn, kind: SmokeResult['kind']): number {
  return results.filter((result) => result.kind === kind).length;
}

/** In a line. */
export function describeColumn(column: SmokeColumn): string {
  return `${countOf(column, 'passed')} of ${column.results.length} as expected, ${countOf(column, 'differs')} otherwise, ${countOf(column, 'inconclusive')} say nothing`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
function escaped(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}

interface Reason {
  readonly told: string;
  readonly why: string;
  readonly engines: Set<string>;
  readonly scripts: Set<string>;
}

/** What was seen for the same reason by several engines, or in several scripts, is told once. */
function reasonsOf(scripts: readonly SmokeScript[], columns: readonly SmokeColumn[]): readonly Reason[] {
  const reasons = new Map<string, Reason>();
  for (const { engine, results } of columns) {
    const name = nameOf(engine);
    for (const [i, result] of results.entries()) {
      if (result.kind === 'passed') continue;
      const script = scripts[i]!.id;
      const told = `${MARKS[result.kind]} ${name === 'null' ? result.told : result.told.replaceAll(name, '*')}`;
      const why = explainSmoke(name, script, result);
      const key = why === UNEXPLAINED ? `${told}\n${why}` : why;
      const reason = reasons.get(key) ?? { told, why, engines: new Set(), scripts: new Set() };
      reasons.set(key, reason);
      reason.engines.add(name);
      reason.scripts.add(script);
    }
  }
  return [...reasons.values()];
}

const LETTERS = 26;

/** A to Z, then AA, AB and so on, as spreadsheets have it. */
function columnLetters(index: number): string {
  const last = String.fromCharCode(0x41 + (index % LETTERS));
  return index < LETTERS ? last : columnLetters(Math.floor(index / LETTERS) - 1) + last;
}

/** Markdown: engines, a row for each script, and the reasons of all that is not as expected. */
export function smokeTable(scripts: readonly SmokeScript[], columns: readonly SmokeColumn[]): readonly string[] {
  const names = columns.map(({ engine }) => nameOf(engine));
  const letters = names.map((_, i) => columnLetters(i));
  const engines = columns.map((column, i) => row([letters[i]!, `\`${names[i]}\``, typeof column.engine === 'string' ? 'this one' : column.engine.version, ...(['passed', 'differs', 'inconclusive'] as const).map((kind) => String(countOf(column, kind)))]));
  const rows = scripts.map(({ id }, i) => row([id, ...columns.map(({ results }) => MARKS[results[i]!.kind])]));
  const reasons = reasonsOf(scripts, columns);
  return [
    row(['', 'engine', 'version', MARKS.passed, MARKS.differs, MARKS.inconclusive]),
    row(['---', '---', '---', '---:', '---:', '---:']),
    ...engines,
    '',
    row(['script', ...letters]),
    row(['---', ...letters.map(() => ':-:')]),
    ...rows,
    '',
    row(['engines', 'what was seen', 'scripts', 'why']),
    row(['---', '---', '---', '---']),
    ...reasons.map(({ engines: who, told, scripts: which, why }) => row([[...who].map((name) => letters[names.indexOf(name)]!).join(' '), escaped(told), [...which].join(', '), why])),
  ];
}
