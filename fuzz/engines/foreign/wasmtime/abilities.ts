/** What the Wasmtime that is installed can do. Versions and builds differ, and most of it they only show when they run a script. */
import { GC_ZEAL, ZEALOUS_EVERY } from '../families.ts';
import { lastWords } from '../foreign-engine.ts';
import type { ScriptOptions } from '../wast.ts';

const MARKER = '(module $mark (import "spectest" "print_i32" (func $print (param i32))) (func (export "at") (param i32) (call $print (local.get 0))))';

/** Any number. */
const SIGN = 7;

function markAt(line: number): string {
  return `(invoke $mark "at" (i32.const ${line}))`;
}

/** Scripts may import a function that collects from this version on, if the flag says so (Wasmtime pull request 13065). */
export const BUILTINS_SINCE = 45;
export const BUILTINS_FLAG = '--wasmtime-builtins';
export const COLLECT = ['(module $gc (import "wasmtime" "gc" (func $gc)) (export "gc" (func $gc))) (register "env" $gc)'];
/**
 * Before that, reading references makes it collect: each goes into a table of stack roots of some hundred entries, which is swept
 * when it is full. No longer in versions that have a list of stack roots instead.
 */
export const COLLECT_BY_READING = [
  `(module $gc (type $s (struct)) (global $g (mut anyref) (ref.null any)) (func (export "gc") (local i32)
    (global.set $g (struct.new $s)) (local.set 0 (i32.const 1200))
    (loop $again (drop (global.get $g)) (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (global.set $g (ref.null any)))) (register "env" $gc)`.replaceAll(/\s*\n\s*/g, ' '),
];

/** What a version that has exception handling need not have by default. */
export const EXCEPTIONS = ['-W', 'exceptions=y'];

export interface Abilities extends ScriptOptions {
  /** With which scripts are to be run. */
  readonly flags: readonly string[];
  readonly exceptions: boolean;
}

/** How a script has ended. */
export interface Attempted {
  readonly passed: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** How the process ended. */
  readonly told: string;
}
type Attempt = (text: string, flags: readonly string[], environment?: Readonly<Record<string, string>>) => Promise<Attempted>;

/**
 * @param flags of the variant
 * @param attempt runs a script
 * @returns why no script can be run, if none can
 */
export async function abilitiesOf(flags: readonly string[], attempt: Attempt): Promise<Abilities | string> {
  const way = await wayToCollect(flags, attempt);
  if (typeof way === 'string') return `cannot be used: ${way}`;
  if (GC_ZEAL.every((flag) => flags.includes(flag)) && !(await isZealous(way.flags, attempt))) return 'cannot be used: built without gc-zeal (RUSTFLAGS="--cfg gc_zeal")';
  const catching = [...way.flags, ...EXCEPTIONS];
  const exceptions = (await attempt('(module (tag))\n', catching)).passed;
  const { passed: sharesModules } = await attempt('(module definition $module) (module instance $instance $module)\n', way.flags);
  return { prelude: way.prelude, trapTexts: true, mark: markAt, sharesModules, exceptions, flags: exceptions ? catching : way.flags };
}

async function wayToCollect(flags: readonly string[], attempt: Attempt): Promise<Pick<Abilities, 'flags' | 'prelude'> | string> {
  let why = '';
  const ways = [
    { flags: [...flags, BUILTINS_FLAG], collect: COLLECT },
    { flags, collect: COLLECT_BY_READING },
  ];
  for (const way of ways) {
    const prelude = [MARKER, ...way.collect];
    const { passed, stdout, told, stderr } = await attempt([...prelude, '(module (import "env" "gc" (func $gc)) (start $gc))', markAt(SIGN), ''].join('\n'), way.flags);
    if (passed && stdout.startsWith(`${SIGN}`)) return { flags: way.flags, prelude };
    if (passed) return 'it takes a script and does not run it';
    why = lastWords(stderr).at(-1)?.trim() ?? told;
  }
  return why;
}

/**
 * Builds without gc-zeal take its option and do nothing. Those with it write into their log when they collect because of it. Arrays for which the heap
 * has to grow are not made by compiled code alone, whose allocations nobody counts.
 */
async function isZealous(flags: readonly string[], attempt: Attempt): Promise<boolean> {
  const allocations = '(global anyref (array.new_default $a (i32.const 100000)))'.repeat(ZEALOUS_EVERY);
  const { stderr } = await attempt(`(module (type $a (array i8)) ${allocations})\n`, flags, { WASMTIME_LOG: 'wasmtime::runtime::vm::gc=trace' });
  return stderr.includes('gc_zeal');
}
