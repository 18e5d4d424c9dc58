import type { ExternType } from '#wasm/syntax/module.ts';
import { matchesFunc } from '#wasm/valid/match.ts';
import type { FuncType } from '#wasm/syntax/types.ts';
import type { Fault } from '../fault.ts';

export const importMatchedStructurally: Fault = {
  slug: 'import-matched-structurally',
  title: 'Functions can be imported at any type with the same parameters and results.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/9446'],
  class: 'type',
  twinBlind: true,
  guilty: ['instantiate'],
  caughtBy: ['v8'],
  story: [
    'Whether a function fits an import was asked of its parameters and results. Types that are declared to be',
    'different, one final and one not, or of different recursion groups, then fit each other if they look alike.',
    '',
    'Modules are linked that must be refused. Both twins are linked alike.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Linker: class extends parts.Linker {
      protected override matches(offered: ExternType, wanted: ExternType): boolean {
        if (offered.kind !== 'func' || wanted.kind !== 'func') return super.matches(offered, wanted);
        const { registry } = this.store;
        const [a, b] = [offered, wanted].map(({ typeIndex }) => registry.composite(typeIndex) as FuncType);
        return matchesFunc(registry, a!, b!);
      }
    },
  }),
};
