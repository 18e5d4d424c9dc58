/**
 * Scripts of the official test suite as JSON: the format of wabt's `wast2json`, with what
 * `wasm-tools json-from-wast` adds to it. The kinds of commands keep the names they have in the JSON.
 */
import { Node } from './json.ts';
import { readArgument, readExpected, type Argument, type Expected } from './literal.ts';

export type Action =
  | {
      readonly type: 'invoke';
      readonly module: string | undefined;
      readonly field: string;
      readonly args: readonly Argument[];
    }
  | { readonly type: 'get'; readonly module: string | undefined; readonly field: string };

/** A module beside the script; `text` has no binary form, so that only a text parser can say anything of it. */
export interface ModuleFile {
  readonly form: 'binary' | 'text';
  readonly filename: string;
}

/** What is loaded: the current module, or the one called `name`. */
interface Definition {
  readonly name: string | undefined;
  readonly file: ModuleFile;
}

type Body =
  | ({ readonly type: 'module' } & Definition)
  | ({ readonly type: 'module_definition' } & Definition)
  | { readonly type: 'module_instance'; readonly instance: string | undefined; readonly module: string | undefined }
  | { readonly type: 'register'; readonly name: string | undefined; readonly as: string }
  | { readonly type: 'action'; readonly action: Action }
  | { readonly type: 'assert_return'; readonly action: Action; readonly expected: readonly Expected[] }
  | { readonly type: 'assert_trap' | 'assert_exhaustion'; readonly action: Action; readonly text: string }
  | { readonly type: 'assert_exception'; readonly action: Action }
  | {
      readonly type: 'assert_invalid' | 'assert_malformed' | 'assert_unlinkable' | 'assert_uninstantiable';
      readonly file: ModuleFile;
      readonly text: string;
    }
  /** A command that this reader does not know, such as those of the threads proposal. */
  | { readonly type: 'unknown'; readonly what: string };

/** `line` is that of the `.wast` source. */
export type Command = Body & { readonly line: number };
export type CommandType = Command['type'];

export interface Script {
  /** The `.wast` file it was made from. */
  readonly source: string;
  readonly commands: readonly Command[];
}

function readFile(node: Node): ModuleFile {
  const binary = node.optionalText('binary_filename');
  if (binary !== undefined) return { form: 'binary', filename: binary };
  // Older versions of wast2json say nothing of the form of modules that are not quoted.
  return { form: node.optionalText('module_type') === 'text' ? 'text' : 'binary', filename: node.text('filename') };
}

function readAction(node: Node): Action {
  const type = node.text('type');
  const module = node.optionalText('module');
  const field = node.text('field');
  if (type === 'get') return { type, module, field };
  if (type !== 'invoke') throw node.wrong('type', 'an action');
  return { type, module, field, args: node.nodes('args').map(readArgument) };
}

function readBody(node: Node): Body {
  const type = node.text('type');
  switch (type) {
    case 'module':
    case 'module_definition':
      return { type, name: node.optionalText('name'), file: readFile(node) };
    case 'module_instance':
      return { type, instance: node.optionalText('instance'), module: node.optionalText('module') };
    case 'register':
      return { type, name: node.optionalText('name'), as: node.text('as') };
    case 'action':
    case 'assert_exception':
      return { type, action: readAction(node.node('action')) };
    case 'assert_return':
      return { type, action: readAction(node.node('action')), expected: node.nodes('expected').map(readExpected) };
    case 'assert_trap':
    case 'assert_exhaustion':
      return { type, action: readAction(node.node('action')), text: node.text('text') };
    case 'assert_invalid':
    case 'assert_malformed':
    case 'assert_unlinkable':
    case 'assert_uninstantiable':
      return { type, file: readFile(node), text: node.text('text') };
    default:
      return { type: 'unknown', what: type };
  }
}

/** Whether parsed JSON claims to be a script, as opposed to other JSON that may lie beside scripts. */
export function looksLikeScript(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'commands' in json && 'source_filename' in json;
}

/**
 * @param json as `JSON.parse` gives it
 * @throws ScriptError naming the member that is wrong
 */
export function readScript(json: unknown): Script {
  const root = new Node(json, 'script');
  return {
    source: root.text('source_filename'),
    commands: root.nodes('commands').map((node) => ({ ...readBody(node), line: node.count('line') })),
  };
}

