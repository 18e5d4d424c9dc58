/** Findings of a campaign on their way to the reader. */
import type { Finding } from '#fuzz/findings/finding.ts';
import { findingText } from '#fuzz/findings/describe.ts';
import { replayCommand, writeFinding } from '#fuzz/findings/write.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import { instructionsOf } from '#fuzz/program/size.ts';
import type { Context } from './command.ts';

const NOTE = { written: '', replaced: '', kept: ' (one as small was there already, and is kept)' } as const;

/** Writes a finding, or prints its text when it cannot be written, so that it is never lost. */
export function saveFinding(finding: Finding, crashes: string, context: Context): void {
  context.print(`${signatureOf(finding.failure)}: ${instructionsOf(finding.program)} instructions, case ${finding.origin.caseNumber}`);
  context.print(`  ${finding.failure.message}`);
  try {
    const { kind, path } = writeFinding(crashes, finding);
    context.print(`  ${path}${NOTE[kind]}`);
    context.print(`  ${replayCommand(path)}`);
  } catch (error) {
    context.log.error(`the finding could not be written to ${crashes}, so here it is: ${(error as Error).message}`);
    for (const { module } of finding.program.modules) {
      context.print(findingText(finding, 'write this text to a file first', module).trimEnd());
    }
  }
}

/** Writes a finding that is not shrunk yet. */
export function saveSighting(finding: Finding, crashes: string, context: Context): void {
  try {
    writeFinding(crashes, finding);
  } catch (error) {
    context.log.warn(`a finding could not be written to ${crashes} before it is shrunk: ${(error as Error).message}`);
  }
}
