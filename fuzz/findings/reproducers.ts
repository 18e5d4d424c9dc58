/** Files in a finding's folder for those who develop the engines that it is about: they run without gctwin. */
import { closeProgram } from '#fuzz/engines/closed/close.ts';
import { closingFor } from '#fuzz/engines/foreign/comparison.ts';
import { formatsFor, reproducer } from '#fuzz/engines/foreign/reproducer.ts';
import { nullEngine } from '#fuzz/engines/interpreter.ts';
import { UNAUDITED } from '#fuzz/engines/panel.ts';
import { describeFinding } from './describe.ts';
import { reproducerFile } from './files.ts';
import type { Finding } from './finding.ts';

export interface ReproducerFile {
  readonly name: string;
  readonly text: string;
}

/** @param replay the command line that replays the finding @returns none for findings of our twins alone */
export function reproducersOf(finding: Finding, replay: string): readonly ReproducerFile[] {
  const { engines } = finding;
  const formats = engines === undefined ? [] : formatsFor(engines);
  if (engines === undefined || formats.length === 0) return [];
  const closed = closeProgram(finding.program, closingFor(engines));
  const { outcomes } = nullEngine(UNAUDITED).run(closed.program);
  const about = { story: describeFinding(finding, replay), engines, isAboutValidity: finding.failure.oracle === 'validity' };
  return formats.map((format) => {
    const name = reproducerFile(format);
    return { name, text: reproducer(format, closed, outcomes, { file: name, ...about }) };
  });
}
