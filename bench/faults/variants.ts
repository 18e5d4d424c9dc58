/** The ways in which a fault is hunted: with everything, with one thing taken away, and with modules from elsewhere. */
import type { Plan } from '#fuzz/campaign/plan.ts';
import type { OracleName } from '#fuzz/oracles/verdict.ts';

export const VARIANT_NAMES = [
  'full',
  'no-audit',
  'no-stack-scan',
  'no-leak-check',
  'no-aliasing',
  'no-v8',
  'no-feedback',
  'no-zeal',
  'wasm-opt',
] as const;
export type VariantName = (typeof VARIANT_NAMES)[number];

export interface Variant {
  readonly name: VariantName;
  /** What it is without, or what makes its modules. */
  readonly title: string;
  readonly kind: 'full' | 'ablation' | 'baseline';
  readonly change: (plan: Plan) => Plan;
}

/** Modules from elsewhere; not among the generators of a hunt. */
export const WASM_OPT_PROFILE = 'wasm-opt';

const withoutOracle = (name: OracleName) => (plan: Plan): Plan => ({ ...plan, oracles: plan.oracles.filter((oracle) => oracle !== name) });

export const VARIANTS: readonly Variant[] = [
  { name: 'full', title: 'everything', kind: 'full', change: (plan) => plan },
  { name: 'no-audit', title: 'the audit of counts', kind: 'ablation', change: withoutOracle('audit') },
  { name: 'no-stack-scan', title: 'the stack scan', kind: 'ablation', change: withoutOracle('stackScan') },
  { name: 'no-leak-check', title: 'the leak check', kind: 'ablation', change: withoutOracle('leakCheck') },
  { name: 'no-aliasing', title: 'aliasing on purpose', kind: 'ablation', change: (plan) => ({ ...plan, without: ['aliasing'] }) },
  { name: 'no-v8', title: 'V8', kind: 'ablation', change: withoutOracle('v8') },
  { name: 'no-feedback', title: 'feedback', kind: 'ablation', change: (plan) => ({ ...plan, mutations: 0 }) },
  { name: 'no-zeal', title: 'scheduled collections', kind: 'ablation', change: (plan) => ({ ...plan, without: ['zeal'] }) },
  {
    name: 'wasm-opt',
    title: 'modules of wasm-opt -ttf',
    kind: 'baseline',
    change: (plan) => ({ ...plan, profiles: [WASM_OPT_PROFILE], mutations: 0 }),
  },
];

export function variantNamed(name: VariantName): Variant {
  return VARIANTS.find((variant) => variant.name === name)!;
}
