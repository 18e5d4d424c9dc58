/** One vitest project per group of tests, so that each can be run alone: `npx vitest run --project unit`. */
import { defineConfig } from 'vitest/config';

/** Written by every run; what `.ci/run` counts. */
const REPORT = '.reports/vitest.json';

function group(name: string, ...include: readonly string[]) {
  return { extends: true as const, test: { name, include: [...include] } };
}

export default defineConfig({
  test: {
    environment: 'node',
    testTimeout: 20_000,
    reporters: ['default', ['json', { outputFile: REPORT }]],
    projects: [
      group('unit', '{src,fuzz,scripts,bench}/**/*.test.ts'),
      group('project', 'test/*.test.ts'),
      group('property', 'test/property/**/*.test.ts'),
      group('generators', 'test/generators/**/*.test.ts'),
      group('shrink', 'test/shrink/**/*.test.ts'),
      group('spec', 'test/spec/**/*.test.ts'),
      group('runtime', 'test/runtime/**/*.test.ts'),
      group('cli', 'test/cli/**/*.test.ts'),
    ],
  },
});
