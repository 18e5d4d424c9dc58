/** What is to be explained: a finding, a corpus entry, or a module file. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RECORD_FILE } from '#fuzz/findings/files.ts';
import type { Finding } from '#fuzz/findings/finding.ts';
import { readFinding } from '#fuzz/findings/read.ts';
import { FindingError } from '#fuzz/findings/record.ts';
import { defaultProgram } from '#fuzz/minimize/default-program.ts';
import { ENTRY_FILE, EntryError, readEntry } from '#fuzz/program/entry.ts';
import type { Program } from '#fuzz/program/program.ts';
import { DecodeError, ParseError, ValidationError } from '#wasm/errors.ts';
import { readModule } from '#wasm/read.ts';
import { validate } from '#wasm/valid/validate.ts';
import { InputError } from '../cli/errors.ts';
import { asInput, readInput, reading } from '../cli/input.ts';

export interface Source {
  readonly program: Program;
  /** If it is one. */
  readonly finding: Finding | undefined;
  /** Slug of the planted bug that it is about. */
  readonly fault: string | undefined;
}

/** @throws InputError */
export function readSource(path: string): Source {
  if (reading(path, () => statSync(path)).isFile()) return { program: fileProgram(path), finding: undefined, fault: undefined };
  if (existsSync(join(path, RECORD_FILE))) {
    const finding = asInput(path, [FindingError], () => readFinding(path));
    return { program: finding.program, finding, fault: finding.fault };
  }
  if (!existsSync(join(path, ENTRY_FILE))) throw new InputError(`${path} holds neither a finding nor a corpus entry`);
  const { program, fault } = asInput(path, [EntryError], () => reading(path, () => readEntry(path)));
  return { program, finding: undefined, fault };
}

/** A module without a host: its functions are called with zeros and nulls. */
function fileProgram(path: string): Program {
  const bytes = readInput(path);
  return asInput(path, [DecodeError, ParseError, ValidationError], () => {
    const module = readModule(bytes);
    validate(module);
    return defaultProgram(module);
  });
}
