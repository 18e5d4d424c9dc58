/** What is to be made smaller: a module file, or the Program of a finding. */
import { statSync } from 'node:fs';
import type { Finding } from '#fuzz/findings/finding.ts';
import { readFinding } from '#fuzz/findings/read.ts';
import { FindingError } from '#fuzz/findings/record.ts';
import { moduleProgram } from '#fuzz/minimize/default-program.ts';
import type { Size } from '#fuzz/minimize/protocol.ts';
import { measure } from '#fuzz/minimize/size.ts';
import type { Program } from '#fuzz/program/program.ts';
import { DecodeError, ParseError, ValidationError } from '#wasm/errors.ts';
import { readModule } from '#wasm/read.ts';
import type { CustomSection } from '#wasm/syntax/module.ts';
import { validate } from '#wasm/valid/validate.ts';
import { InputError } from '../cli/errors.ts';
import { asInput, readInput } from '../cli/input.ts';

interface Common {
  readonly path: string;
  readonly program: Program;
  readonly size: Size;
}
export type Subject =
  /** @param customs which the Program leaves out, because they name things by numbers that change */
  | (Common & { readonly kind: 'file'; readonly contents: Uint8Array; readonly customs: readonly CustomSection[] })
  | (Common & { readonly kind: 'finding'; readonly finding: Finding });

function readFile(path: string): Subject {
  const contents = readInput(path);
  const module = asInput(path, [DecodeError, ParseError, ValidationError], () => {
    const read = readModule(contents);
    validate(read);
    return read;
  });
  const program = moduleProgram({ ...module, customs: [] });
  return { kind: 'file', path, contents, program, customs: module.customs, size: measure(moduleProgram(module)) };
}

/** @throws InputError */
function readFolder(path: string): Finding {
  try {
    return readFinding(path);
  } catch (error) {
    // It names the folder itself.
    if (error instanceof FindingError) throw new InputError(error.message, { cause: error });
    throw error;
  }
}

/**
 * @param original of a finding, start from the Program as it was found
 * @throws InputError
 */
export function readSubject(path: string, original: boolean): Subject {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return readFile(path);
  const finding = readFolder(path);
  const program = original ? finding.original : finding.program;
  return { kind: 'finding', path, finding, program, size: measure(program) };
}
