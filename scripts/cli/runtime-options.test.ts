import { describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS } from '#runtime/options.ts';
import { NO_OPERANDS } from './command.ts';
import { parseArguments } from './parse.ts';
import { anyRuntimeOption, runtimeOptions, storeOptions } from './runtime-options.ts';

function values(...args: string[]) {
  return parseArguments(args, runtimeOptions, NO_OPERANDS).options;
}

describe('storeOptions', () => {
  it('is the default when nothing is said', () => {
    expect(storeOptions(values())).toEqual(DEFAULT_OPTIONS);
    expect(anyRuntimeOption(values())).toBe(false);
    expect(anyRuntimeOption(values('--zeal', '0'))).toBe(true);
  });

  it('carries every option', () => {
    const args =
      '--drops immediate --collect-at entry,3,17 --zeal 2 --alloc-zeal 5 --audit on --poison on --oasr-threshold 8 ' +
      '--heap 64K --heap-max 1M --heap-growth-step 4K --fuel 1000 --call-depth 50';
    const options = storeOptions(values(...args.split(' ')));
    expect(options).toEqual({
      heap: {
        initialBytes: 65536,
        maxBytes: 1048576,
        growthStep: 4096,
        drops: 'immediate',
        oasrThreshold: 8,
        poison: true,
        integrity: true,
      },
      limits: { ...DEFAULT_OPTIONS.limits, fuel: 1000, callDepth: 50 },
      collection: { zeal: 2, allocZeal: 5, atEntry: true, atSafePoints: [3, 17] },
      audit: 'safePoints',
    });
  });

  it('lets a large initial heap raise the default limit, but not a given one', () => {
    expect(storeOptions(values('--heap', '64M')).heap).toMatchObject({ initialBytes: 64 << 20, maxBytes: 64 << 20 });
    expect(() => storeOptions(values('--heap', '64M', '--heap-max', '1M'))).toThrow('--heap 67108864 exceeds --heap-max');
  });

  it('refuses a safe point that is no number', () => {
    expect(() => values('--collect-at', 'entry,0')).toThrow('--collect-at wants a list separated by commas');
  });
});
