/** Scripts of the official test suite as Programs, so that any engine can run them. What a step should do is what our own runtime does, which `gctwin conformance` holds to the script. */
import type { Program, ProgramModule, Step, Argument as ProgramArgument } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { HOST_MODULE } from '#fuzz/program/host-types.ts';
import type { Argument } from '#spec/literal.ts';
import { ModuleFiles } from '#spec/module-files.ts';
import type { Action, Command, ModuleFile, Script } from '#spec/script.ts';
import { DecodeError } from '#wasm/errors.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { parse } from '#wasm/text/parse.ts';

/** As `src/spec/spectest.ts` has it, as a module of its own. */
const SPECTEST = parse(`(module
  (global (export "global_i32") i32 (i32.const 666))
  (global (export "global_i64") i64 (i64.const 666))
  (global (export "global_f32") f32 (f32.const 666.6))
  (global (export "global_f64") f64 (f64.const 666.6))
  (table (export "table") 10 20 funcref)
  (memory (export "memory") 1 2)
  (func (export "print"))
  (func (export "print_i32") (param i32))
  (func (export "print_i64") (param i64))
  (func (export "print_f32") (param f32))
  (func (export "print_f64") (param f64))
  (func (export "print_i32_f32") (param i32 f32))
  (func (export "print_f64_f64") (param f64 f64)))`);

/** @returns undefined for vectors, which Programs have no arguments for */
function argumentOf(argument: Argument): ProgramArgument | undefined {
  if (argument.kind === 'null') return argument;
  if (argument.kind === 'host') return { kind: 'host', number: argument.id };
  if (argument.kind === 'vector') return undefined;
  const { type, bits } = argument;
  if (type === 'i32') return { kind: type, value: Number(BigInt.asIntN(32, bits)) };
  if (type === 'i64') return { kind: type, value: BigInt.asIntN(64, bits) };
  return type === 'f32' ? { kind: type, bits: Number(bits) } : { kind: type, bits };
}

/** Scripts may call a module what Programs call their host. */
function programName(name: string): string {
  return name === HOST_MODULE ? 'script:env' : name;
}

class Conversion {
  readonly #files: ModuleFiles;
  readonly #modules: ProgramModule[] = [];
  readonly #steps: Step[] = [];
  /** Positions of modules by the names that the script has for their instances. */
  readonly #named = new Map<string, number>();
  readonly #definitions = new Map<string, ModuleFile>();
  #current: number | undefined;

  constructor(files: ModuleFiles) {
    this.#files = files;
  }

  program(commands: readonly Command[]): Program {
    for (const command of commands) this.#take(command);
    const usesSpectest = this.#modules.some(({ module }) => module.imports.some((entry) => entry.module === 'spectest'));
    const shifted = this.#steps.map((step): Step => ('module' in step ? { ...step, module: step.module + 1 } : step));
    const [modules, steps] = usesSpectest ? [[{ name: 'spectest', module: SPECTEST }, ...this.#modules], [{ kind: 'instantiate', module: 0 } as const, ...shifted]] : [this.#modules, this.#steps];
    return { modules, steps, schedule: NO_COLLECTIONS, collector: DEFAULT_KNOBS, limits: DEFAULT_PROGRAM_LIMITS };
  }

  #take(command: Command): void {
    switch (command.type) {
      case 'module':
        return this.#instantiate(command.file, command.name);
      case 'module_definition':
        this.#definitions.set(command.name ?? '', command.file);
        return;
      case 'module_instance': {
        const file = this.#definitions.get(command.module ?? '');
        if (file !== undefined) this.#instantiate(file, command.instance);
        return;
      }
      case 'assert_invalid':
      case 'assert_unlinkable':
      case 'assert_uninstantiable': {
        const [current, named] = [this.#current, new Map(this.#named)];
        this.#instantiate(command.file, undefined);
        this.#current = current;
        for (const [name, position] of named) this.#named.set(name, position);
        return;
      }
      case 'register': {
        const position = this.#position(command.name);
        if (position !== undefined) this.#modules[position] = { ...this.#modules[position]!, name: programName(command.as) };
        return;
      }
      case 'action':
      case 'assert_return':
      case 'assert_trap':
      case 'assert_exception':
        return this.#call(command.action);
      // The others say something of text, of limits, or of malformed bytes, which no module stands for.
    }
  }

  #position(name: string | undefined): number | undefined {
    return name === undefined ? this.#current : this.#named.get(name);
  }

  #instantiate(file: ModuleFile, name: string | undefined): void {
    const module = this.#decoded(file);
    if (module === undefined) {
      this.#current = undefined;
      return;
    }
    const imports = module.imports.map((entry) => ({ ...entry, module: programName(entry.module) }));
    const position = this.#modules.push({ name: `script:${this.#modules.length}`, module: { ...module, imports } }) - 1;
    this.#steps.push({ kind: 'instantiate', module: position });
    this.#current = position;
    if (name !== undefined) this.#named.set(name, position);
  }
  #decoded({ form, filename }: ModuleFile): Module | undefined {
    if (form === 'text') return undefined;
    try {
      return this.#files.decode(filename);
    } catch (error) {
      if (error instanceof DecodeError) return undefined;
      throw error;
    }
  }

  #call(action: Action): void {
    const module = this.#position(action.module);
    if (module === undefined || action.type !== 'invoke') return;
    const args = action.args.map(argumentOf);
    if (!args.includes(undefined)) this.#steps.push({ kind: 'call', module, export: action.field, args: args as readonly ProgramArgument[] });
  }
}

/** @param folder where the script's modules lie */
export function scriptProgram(script: Script, folder: string): Program {
  return new Conversion(new ModuleFiles(folder)).program(script.commands);
}
