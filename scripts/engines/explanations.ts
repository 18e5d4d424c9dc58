/** Why engines do otherwise in the smoke suite, or say nothing. What nobody has explained yet makes the suite fail. */
import type { SmokeResult } from './smoke-suite.ts';

interface Explanation {
  /** Matches the engine's name. */
  readonly engine: RegExp;
  /** Matches what was seen. */
  readonly told: RegExp;
  /** Matches the script; any, if absent. */
  readonly script?: RegExp;
  readonly why: string;
}

const EXPLANATIONS: readonly Explanation[] = [
  { engine: /./, told: /null: heap/, script: /bump-pointer-wraps/, why: 'the entry fills a heap again and again, for which `null`, that frees nothing, has no room; so it is shown to nobody' },
  { engine: /jsc/, told: /any\.convert_extern/, why: 'JavaScriptCore refuses `any.convert_extern` of a `nullexternref`, which it does not know as an `externref` (`corpus/regressions/jsc-any-convert-extern-bottom`). In `ref_null` our driver has it' },
  { engine: /^jsc/, told: /ref\.func index/, script: /^regressions\/jsc-/, why: 'the bug that the entry is about' },
  { engine: /wasmtime/, told: /: heap/, script: /freelist-round-up-wraps/, why: 'an array that is too large is for this collector a full heap, and for others a trap' },
  { engine: /^binaryen$/, told: /binaryen: memory/, why: 'arrays that are too large are a limit of the host' },
  { engine: /./, told: /(hung|died|differs) once, and not again alone/, why: 'the machine was busy elsewhere' },
  { engine: /^binaryen$/, told: /invalid element segment index/, why: 'Binaryen leaves declarative segments out when it reads a module, and counts the others without them' },
  { engine: /^binaryen$/, told: /Recursion groups of size zero/, why: 'not supported, as it says' },
  { engine: /^binaryen$/, told: /returned/, script: /array_new_elem/, why: 'Binaryen makes the items of an element segment anew each time that they are read, so that they are not the same objects, as a comment in its source says' },
  { engine: /^binaryen$/, told: /returned/, script: /array_init_elem/, why: 'the interpreter of Binaryen takes the items for `array.init_elem` from the beginning of the segment, whatever the offset (`visitArrayInitElem` in `src/wasm-interpreter.h`)' },
  { engine: /^binaryen$/, told: /null refuses/, script: /br.on.cast/, why: 'Binaryen takes the type of the operand for the source type that `br_on_cast` declares. The operand cannot be null here, so that a module is valid to it that is not' },
  { engine: /^binaryen$/, told: /null refuses/, script: /exceptions\/tag/, why: 'Binaryen lets tags have results, as stack switching wants' },
  { engine: /^binaryen$/, told: /empty name/, script: /gc\/struct/, why: 'Binaryen fails an assertion where it should refuse a module whose type mentions itself without being in a group' },
  { engine: /^binaryen$/, told: /Fatal: invalid type/, why: 'Binaryen refuses an invalid type, as it should, but by ending' },
  { engine: /^binaryen-opt/, told: /size of an array|too large to be made/, why: 'Binaryen removes an array that nobody uses, and with it the trap for its size, which is permitted' },
  { engine: /^binaryen-opt/, told: /cannot read/, why: 'what Binaryen refuses cannot be optimised; see `binaryen`' },
  { engine: /^binaryen-opt/, told: /import that nothing uses/, why: 'Binaryen removes it, and with it the link error, which is permitted' },
  { engine: /./, told: /nothing to run/, script: /binaryen-br-on-cast-source-type/, why: 'the module is invalid, and refused' },
  { engine: /^jsc/, told: /null refuses/, script: /call_ref/, why: 'JavaScriptCore does not look at the types of operands in code that cannot be reached' },
  { engine: /^binaryen/, told: /^(differential|validity)/, script: /^regressions\/binaryen-/, why: 'the bug that the entry is about' },
  { engine: /^binaryen-opt/, told: /trapped unreachable/, script: /^regressions\/v8-imported-function-in-table/, why: 'Binaryen takes a function to have the type that it is imported at, and makes `unreachable` of the call (`docs/reports/binaryen-directize-imported-subtype.md`)' },
  { engine: /^v8/, told: /indirectCallTypeMismatch/, script: /^regressions\/v8-imported-function-in-table/, why: 'the bug that the entry is about' },
  { engine: /^spidermonkey/, told: /./, script: /^regressions\/spidermonkey-/, why: 'the bug that the entry is about' },
  { engine: /^spidermonkey/, told: /exnref but expected \(ref exn\)/, why: 'SpiderMonkey takes what `catch_ref` gives for a reference that may be null (Mozilla bug 1967661)' },
  { engine: /^binaryen$/, told: /null refuses/, script: /local_init/, why: 'Binaryen dissolves blocks without branches to them when it reads a module, so that a local that is set in one is set after it, too' },
  { engine: /^wasmtime:winch$/, told: /\bgc\W+(types|feature|proposal)|exception handling|function.references/i, why: 'Winch compiles nothing that has GC types, references to functions of a type, or exceptions; nor has Wasmtime these enabled where it is asked for Winch' },
  { engine: /^wabt-interp$/, told: /GC types|exceptions|initial values/, why: 'wabt knows no GC types and no initial values of tables, and its interpreter is not asked for exceptions' },
  { engine: /^wabt-interp$/, told: /a start function|instantiated (again|after a call)|not instantiated/, why: '`wasm-interp` runs one module, so that the modules of a script are linked to one, of which this cannot be told' },
  { engine: /^wabt-interp$/, told: /our own reader/, why: 'what cannot be read cannot be linked' },
  { engine: /^wabt$/, told: /no module that it can read/, why: 'wabt knows no GC types' },
];

export const UNEXPLAINED = 'not explained yet';

export function explainSmoke(engine: string, script: string, { told }: SmokeResult): string {
  return EXPLANATIONS.find((one) => one.engine.test(engine) && one.told.test(told) && one.script?.test(script) !== false)?.why ?? UNEXPLAINED;
}
