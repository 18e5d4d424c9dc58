/** The engines that gctwin knows, each with its variants. Where they are is for `discover.ts` to find, how they are driven for `adapters.ts`. */

export interface Variant {
  /** What it is, in a few words. */
  readonly summary: string;
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** It knows no GC types, though others of its family do. */
  readonly withoutGc?: boolean;
}

/** A program that embeds an engine and has ways of its own. */
export interface Embedder {
  /** What it answers to `--version`. */
  readonly answers: RegExp;
  /** Makes it print the version of the engine inside, where its own answer does not name it. */
  readonly version?: readonly string[];
  /** Hands flags on to the engine. */
  readonly flags?: (flags: readonly string[]) => readonly string[];
  /** It hands nothing on, so that there are no variants. */
  readonly isPlain?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Family {
  readonly name: string;
  /** Programs that are looked for on PATH, in this order. */
  readonly programs: readonly string[];
  /** How to get it, for those who do not have it. */
  readonly install: string;
  /** By name; the empty name is the family's own. */
  readonly variants: Readonly<Record<string, Variant>>;
  readonly embedders?: readonly Embedder[];
  /** Makes a program that tells no version print 42. */
  readonly probe?: readonly string[];
  /** Where npm has put it, as a path inside a package. */
  readonly npmPath?: string;
  /** Its versions differ in their options: those that its help does not name are left out. */
  readonly tellsOptions?: boolean;
  /** It is only driven as a library. */
  readonly isLibrary?: boolean;
  /** It knows no GC types. */
  readonly withoutGc?: boolean;
}

const EXPOSE_GC = '--expose-gc';

const node: Embedder = { answers: /^v\d/, version: ['-p', 'process.versions.v8'] };

/** It would read the configuration of the folder that it is in, and ask its makers for a newer version. */
const deno: Embedder = {
  answers: /^deno /,
  flags: (flags) => ['run', '--quiet', '--no-prompt', '--no-config', '--no-lock', '--no-remote', '--no-npm', `--v8-flags=${flags.join()}`],
  environment: { DENO_NO_UPDATE_CHECK: '1' },
};

const v8: Family = {
  name: 'v8',
  programs: ['node'],
  install: 'it is the Node that runs gctwin; --engine-path v8=PATH names another node, a deno or a d8',
  embedders: [node, deno],
  variants: {
    '': { summary: 'as it comes', flags: [EXPOSE_GC] },
    liftoff: { summary: 'baseline compiler only', flags: [EXPOSE_GC, '--liftoff-only'] },
    turbofan: { summary: 'optimising compiler only', flags: [EXPOSE_GC, '--no-liftoff', '--no-wasm-lazy-compilation'] },
    stress: { summary: 'collects all the time', flags: [EXPOSE_GC, '--stress-compaction', '--gc-interval=200'] },
  },
};

/** Options of JavaScriptCore, as Bun and as the shell of WebKit read them. */
function jscOptions(options: Readonly<Record<string, number>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(options).flatMap(([name, value]) => [`BUN_JSC_${name}`, `JSC_${name}`].map((variable) => [variable, String(value)])));
}

const jsc: Family = {
  name: 'jsc',
  programs: ['bun', 'jsc'],
  install: 'npm install --no-save bun, or --engine-path jsc=PATH of a bun or jsc shell',
  probe: ['-e', 'print(6 * 7)'],
  variants: {
    '': { summary: 'as it comes' },
    interpreter: { summary: 'interpreter only', environment: jscOptions({ useBBQJIT: 0, useOMGJIT: 0 }) },
    bbq: { summary: 'baseline compiler at once', environment: jscOptions({ useOMGJIT: 0, thresholdForBBQOptimizeAfterWarmUp: 0 }) },
    omg: { summary: 'optimising compiler at once', environment: jscOptions({ thresholdForBBQOptimizeAfterWarmUp: 0, thresholdForOMGOptimizeAfterWarmUp: 0 }) },
    stress: { summary: 'collects all the time', environment: jscOptions({ slowPathAllocsBetweenGCs: 20 }) },
  },
};

/** SpiderMonkey inside Python, which tells a version and nothing else. */
const pmjs: Embedder = { answers: /^\d/, isPlain: true };

const spidermonkey: Family = {
  name: 'spidermonkey',
  programs: ['js', 'pmjs'],
  embedders: [pmjs],
  install: 'pip install pythonmonkey, which knows no variants, or --engine-path spidermonkey=PATH of a js shell of Firefox; zeal wants one that was built with --enable-gczeal',
  variants: {
    '': { summary: 'as it comes' },
    baseline: { summary: 'baseline compiler only', flags: ['--wasm-compiler=baseline'] },
    ion: { summary: 'optimising compiler only', flags: ['--wasm-compiler=ion'] },
    zeal: { summary: 'collects its nursery all the time', flags: ['--gc-zeal=7,20'] },
  },
};

/** Of Wasmtime, which would keep the code of each module in a cache of the user. */
function collecting(collector: string, ...options: readonly string[]): readonly string[] {
  return ['-W', 'gc=y,function-references=y,tail-call=y,multi-memory=y', '-C', `parallel-compilation=n,cache=n,collector=${collector}`, ...options];
}

const NOT_OPTIMISED = ['-O', 'opt-level=0'];
const PULLEY = ['--target', 'pulley64'];
/** It reserves nothing, so that each growth moves it, and its bounds are checked by code. */
const GROWING = ['-O', 'gc-heap-reservation=0,gc-heap-reservation-for-growth=0,gc-heap-guard-size=0,gc-heap-may-move=y'];
/**
 * Builds without it ignore the option; `WasmtimeEngine` refuses those. An allocation is tried up to three times: below 3, one for which the heap has
 * to grow always fails (50.0.1).
 */
export const ZEALOUS_EVERY = 3;
export const GC_ZEAL = ['-O', `gc-zeal-alloc-counter=${ZEALOUS_EVERY}`];

const wasmtime: Family = {
  name: 'wasmtime',
  programs: ['wasmtime'],
  install: 'see https://wasmtime.dev, and build it with debug assertions to see more; --engine-path wasmtime=PATH',
  variants: {
    drc: { summary: 'deferred reference counting', flags: collecting('drc') },
    null: { summary: 'frees nothing', flags: collecting('null') },
    copying: { summary: 'copying collector, where there is one', flags: collecting('copying') },
    'drc-unoptimised': { summary: 'deferred reference counting, code not optimised', flags: collecting('drc', ...NOT_OPTIMISED) },
    'drc-pulley': { summary: 'deferred reference counting, interpreter', flags: collecting('drc', ...PULLEY) },
    'drc-growing': { summary: 'deferred reference counting, the heap moves when it grows', flags: collecting('drc', ...GROWING) },
    'drc-zeal': { summary: 'deferred reference counting, collects at every third allocation', flags: collecting('drc', ...GC_ZEAL) },
    'copying-unoptimised': { summary: 'copying collector, code not optimised', flags: collecting('copying', ...NOT_OPTIMISED) },
    'copying-pulley': { summary: 'copying collector, interpreter', flags: collecting('copying', ...PULLEY) },
    'copying-growing': { summary: 'copying collector, the heap moves when it grows', flags: collecting('copying', ...GROWING) },
    'copying-zeal': { summary: 'copying collector, collects at every third allocation that compiled code does not make itself', flags: collecting('copying', ...GC_ZEAL) },
    winch: { summary: 'baseline compiler, for what has no GC types', flags: ['-W', 'multi-memory=y', '-C', 'parallel-compilation=n,cache=n,compiler=winch'], withoutGc: true },
  },
};

function fromNpm(name: string): string {
  return `npm install puts it into node_modules/${name}`;
}

const binaryen: Family = {
  name: 'binaryen',
  programs: [],
  npmPath: 'binaryen/bin/wasm-shell',
  install: fromNpm('binaryen'),
  variants: { '': { summary: 'interpreter' } },
};

const binaryenOpt: Family = {
  name: 'binaryen-opt',
  programs: [],
  npmPath: 'binaryen/index.js',
  install: fromNpm('binaryen'),
  variants: {
    '': { summary: 'random passes' },
    o1: { summary: '-O1', flags: ['--optimize-level=1', '--shrink-level=0', '-O'] },
    o3: { summary: '-O3', flags: ['--optimize-level=3', '--shrink-level=0', '-O'] },
    oz: { summary: '-Oz', flags: ['--optimize-level=2', '--shrink-level=2', '-O'] },
  },
};

const wabt: Family = {
  name: 'wabt',
  programs: [],
  npmPath: 'wabt/index.js',
  isLibrary: true,
  install: fromNpm('wabt'),
  withoutGc: true,
  variants: { '': { summary: 'validator of what has no GC types; runs nothing' } },
};

/** As in `WABT_FEATURES`. With references to functions of a type, it takes none of them for a funcref. */
const WABT_INTERP = ['--enable-tail-call', '--enable-extended-const', '--enable-multi-memory'];

const wabtInterp: Family = {
  name: 'wabt-interp',
  programs: [],
  npmPath: 'wabt/bin/wasm-interp',
  tellsOptions: true,
  install: fromNpm('wabt'),
  withoutGc: true,
  variants: { '': { summary: 'interpreter of what has no GC types', flags: [...WABT_INTERP, '--run-all-exports', '--dummy-import-func'] } },
};

export const FAMILIES: readonly Family[] = [v8, jsc, spidermonkey, wasmtime, binaryen, binaryenOpt, wabt, wabtInterp];

export function familyNamed(name: string): Family | undefined {
  return FAMILIES.find((family) => family.name === name);
}

/** `v8`, `v8:liftoff` and so on. */
export function foreignNames(): readonly string[] {
  return FAMILIES.flatMap(({ name, variants }) => Object.keys(variants).map((variant) => (variant === '' ? name : `${name}:${variant}`)));
}

/** Where all variants of a family may be meant: `wasmtime` stands beside `wasmtime:drc`. */
export function namesOfFamiliesToo(): readonly string[] {
  return [...new Set([...FAMILIES.map(({ name }) => name), ...foreignNames()])];
}

/** The name of its family. @param name as `foreignNames` gives it */
export function familyOf(name: string): string {
  return name.split(':')[0]!;
}

/** Whether it knows no GC types. @param name as `foreignNames` gives it */
export function isWithoutGc(name: string): boolean {
  return familyNamed(familyOf(name))?.withoutGc === true || variantNamed(name)?.withoutGc === true;
}

/** @param name as `foreignNames` gives it */
export function variantNamed(name: string): Variant | undefined {
  const [family = '', variant = ''] = name.split(':');
  return familyNamed(family)?.variants[variant];
}
