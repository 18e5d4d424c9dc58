/**
 * Every module of the fault catalogue behaves as its checks say, on both collectors and whatever the knobs,
 * without any oracle speaking up: a healthy runtime raises no alarm on programs made to raise them.
 */
import { describe, expect, it } from 'vitest';
import { checkLeaks } from '#runtime/audit/leak-check.ts';
import type { Outcome } from '#runtime/outcome.ts';
import type { CollectorName } from '#runtime/parts.ts';
import { COLLECTORS } from '#runtime/parts.ts';
import { LinkError } from '#runtime/link.ts';
import type { CatalogueModule, Check, Entry } from '#test/support/catalogue.ts';
import { parseCatalogue, readCatalogue } from '#test/support/catalogue.ts';
import type { OptionChanges } from '#test/support/run.ts';
import { Run, describe as describeOutcome, int } from '#test/support/run.ts';

const document = readCatalogue();
if (document === undefined) console.warn('skipped: no fault catalogue; set GCTWIN_SHARED');
const entries = document === undefined ? [] : parseCatalogue(document);

interface Setting extends OptionChanges {
  readonly name: string;
  readonly collector: CollectorName;
}

/** Knobs that multiply; a run in each. */
const SETTINGS: readonly Setting[] = COLLECTORS.flatMap((collector) =>
  [0, 1, 3].flatMap((zeal) =>
    [0, 1].flatMap((allocZeal) =>
      (['off', 'safePoints'] as const).flatMap((audit) =>
        [0, 1, 1024].flatMap((oasrThreshold) =>
          (['deferred', 'immediate'] as const).map((drops): Setting => {
            const checked = audit === 'safePoints';
            const name = `${collector}, zeal ${zeal}, alloc-zeal ${allocZeal}, audit ${audit}, threshold ${oasrThreshold}, ${drops}`;
            const heap = { drops, oasrThreshold, poison: checked, integrity: checked };
            return { name, collector, heap, collection: { zeal, allocZeal }, audit };
          }),
        ),
      ),
    ),
  ),
);
/** Programs with more safe points than this do not collect at each of them. */
const LONG_RUNNING = 1000;
function isBearable({ audit, collection, heap }: Setting): boolean {
  return audit === 'off' && collection!.zeal === 0 && collection!.allocZeal === 0 && heap!.oasrThreshold === 1024;
}

/** The settings that an entry asks for in words. */
function configured(setting: Setting, { config }: CatalogueModule): Setting {
  const { heap, collection } = setting;
  switch (config) {
    case undefined:
    case 'also run with every fuel limit from 1 up':
      return setting;
    case 'small initial heap':
    case 'heap = 0, null collector':
      return { ...setting, heap: { ...heap, initialBytes: 0, growthStep: 65536 } };
    case 'heap = 0, heap-growth-step = 8':
      return { ...setting, heap: { ...heap, initialBytes: 0, growthStep: 8 } };
    case 'collect-every-alloc = 1':
      return { ...setting, collection: { ...collection, allocZeal: 1 } };
    default: {
      const threshold = /^oasr-threshold = (\d+)$/.exec(config);
      if (threshold === null) throw new Error(`unknown config: ${config}`);
      return { ...setting, heap: { ...heap, oasrThreshold: Number(threshold[1]) } };
    }
  }
}

function instantiateFails(run: Run, text: string): string {
  try {
    const result = run.instantiate(text);
    return result.kind === 'trapped' || result.kind === 'exhausted' ? 'fails' : describeOutcome(result as Outcome);
  } catch (error) {
    if (error instanceof LinkError) return 'fails';
    throw error;
  }
}

/** What went against the checks of an entry. */
function problemsOf(entry: Entry, base: Setting): string[] {
  const setting = entry.modules.reduce(configured, base);
  const run = new Run(setting.collector, setting);
  const problems: string[] = [];
  const complain = (what: string): void => void problems.push(`${entry.slug} (${setting.name}): ${what}`);
  for (const { text, module, checks } of entry.modules) {
    if (checks.some(({ kind }) => kind === 'instantiation fails')) {
      const outcome = instantiateFails(run, text);
      if (outcome !== 'fails') complain(`instantiation must fail, but: ${outcome}`);
      continue;
    }
    const result = run.instantiate(text);
    if (result.kind !== 'instantiated') {
      complain(describeOutcome(result));
      continue;
    }
    if (module !== undefined) run.offer(module, result.instance.exports);
    for (const check of checks) {
      if (check.kind !== 'call') continue;
      const scope = run.store.roots.openScope();
      const observed = describeOutcome(run.call(result.instance, check.name, ...check.args.map(int)));
      run.store.roots.closeScope(scope);
      if (!agrees(observed, check)) complain(`${check.name}(${check.args.join(', ')}) gave ${observed}`);
    }
  }
  problems.push(...leaksOf(run).map((leak) => `${entry.slug} (${setting.name}): ${leak}`));
  return problems;
}
/** An array of an impossible size may also exhaust what pays for its elements, before its size is looked at. */
function agrees(observed: string, { result }: Extract<Check, { kind: 'call' }>): boolean {
  if (result === 'traps') return /^(trap |exhausted (heap|fuel)$)/.test(observed);
  return observed === String(result);
}
function leaksOf({ store }: Run): string[] {
  const report = checkLeaks(store.heap, store, () => store.collect());
  return [
    ...report.leaks.map((leak) => `leak ${JSON.stringify(leak)}`),
    ...report.forgottenRoots.map((root) => `forgotten root ${JSON.stringify(root)}`),
    ...(report.auditFailure === undefined ? [] : [`audit ${JSON.stringify(report.auditFailure)}`]),
  ];
}

/** Safe points of an entry when nothing is collected. */
function safePoints(entry: Entry): number {
  const run = new Run('drc');
  for (const { text, module, checks } of entry.modules) {
    if (checks.some(({ kind }) => kind === 'instantiation fails')) continue;
    const instance = run.load(text);
    if (module !== undefined) run.offer(module, instance.exports);
    for (const check of checks) if (check.kind === 'call') run.call(instance, check.name, ...check.args.map(int));
  }
  return run.store.safePoints;
}

const everyFuel = entries.filter(({ modules }) => modules.some(({ config }) => config?.startsWith('also run with every fuel')));

describe.skipIf(document === undefined)('fault catalogue', () => {
  it('has modules to run', () => {
    expect(entries.length).toBeGreaterThan(60);
    expect(entries.flatMap(({ modules }) => modules).flatMap(({ checks }) => checks).length).toBeGreaterThan(80);
  });

  it.each(entries.map((entry) => [entry.slug, entry] as const))('%s', { timeout: 60_000 }, (_, entry) => {
    const long = safePoints(entry) > LONG_RUNNING;
    for (const setting of SETTINGS) {
      if (long && !isBearable(setting)) continue;
      expect(problemsOf(entry, setting)).toEqual([]);
    }
  });

  it.each(everyFuel.map((entry) => [entry.slug, entry] as const))('%s with every amount of fuel', (_, { modules }) => {
    const { text, checks } = modules[0]!;
    const check = checks[0] as Extract<Check, { kind: 'call' }>;
    let observed = '';
    for (let fuel = 1; observed !== String(check.result); fuel += fuel < 400 ? 1 : 13) {
      const run = new Run('drc', { limits: { fuel }, heap: { poison: true, integrity: true }, audit: 'collections' });
      observed = describeOutcome(run.call(run.load(text), check.name));
      if (observed !== String(check.result)) expect(observed).toBe('exhausted fuel');
      expect(leaksOf(run), `with ${fuel} units of fuel`).toEqual([]);
    }
  });
});
