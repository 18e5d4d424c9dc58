/**
 * The runtime against the official test suite, on each collector, with and without a collection and an audit
 * at every safe point. The suite's binary form is found through GCTWIN_SPEC, or beside the repository; without
 * it the tests are skipped.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reportOf } from '#spec/report.ts';
import { DEFAULT_SETTINGS } from '#spec/settings.ts';
import { findScripts, loadScript, runSettings } from '#spec/suite.ts';

const root = process.env['GCTWIN_SPEC'] ?? resolve(import.meta.dirname, '../../../shared/spec');
/** All folders but those whose scripts are mostly about features that are not supported. */
const folders = ['gc', 'core', 'bulk-memory', 'function-references', 'tail-call', 'exceptions', 'multi-memory'];
/** What the suite asks for and is not supported, as far as these folders are concerned. */
const EXCLUSIONS = /^(needs the module of line \d+: )*(memory64|custom-page-sizes|simd|a limit: too many locals)/;

if (!existsSync(root)) console.warn(`skipped: no test suite at ${root}; set GCTWIN_SPEC`);

describe.skipIf(!existsSync(root))('the official test suite', () => {
  it.each(folders)('%s: all runs pass and agree', { timeout: 120_000 }, (folder) => {
    const runs = findScripts(join(root, folder)).map((file) => runSettings(file, loadScript(file)!, DEFAULT_SETTINGS));
    const report = reportOf(runs, DEFAULT_SETTINGS);
    expect(report.failures).toEqual([]);
    expect(report.differences).toEqual([]);
    expect(report.passed).toBeGreaterThan(50);
    expect(report.excluded.filter(({ reason }) => !EXCLUSIONS.test(reason))).toEqual([]);
    expect(report.excluded.length).toBeLessThan(0.01 * report.passed);
    expect(report.runs.at(-1)!.collections).toBeGreaterThan(50);
  });
});
