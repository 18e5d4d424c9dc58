/**
 * Closed Programs: those that need no host but a function that collects, and whose steps are calls without arguments that return numbers. Any
 * Program can be closed: its host becomes a module (`host-module.ts`), and so does what the host does with each instance (`driver.ts`).
 *
 * A closed Program is a Program. Whatever runs Programs runs it, our own twins as well as a shell that knows nothing but scripts, and all of them
 * can be compared number by number. It does not do exactly what the Program does that it was made of, nor need it: engines are compared on it.
 */
import { HOST_MODULE, HOST_TYPES } from '#fuzz/program/host-types.ts';
import type { Program, ProgramModule, Step } from '#fuzz/program/program.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { mapTypes } from '#wasm/syntax/map-types.ts';
import type { ValType as ValTypeCode } from '#wasm/syntax/types.ts';
import { HeapType, ValType, heapTypeOf, isRefType } from '#wasm/syntax/types.ts';
import { asksForMaxima, withMaxima } from '../maxima.ts';
import { usesGcTypes } from './gc-types.ts';
import type { DrivenStep } from './driver.ts';
import { Driver, stepExport } from './driver.ts';
import { exportType, funcTypeAt } from './externs.ts';
import type { HostNeeds } from './host-module.ts';
import { CLOSED_HOST, callbackName, hostModule, isCallback, releaseName } from './host-module.ts';

export interface ClosedProgram {
  readonly program: Program;
  /** For each step of the closed Program, the step of the original that it is part of; undefined for what comes besides. */
  readonly origins: readonly (number | undefined)[];
}

export interface ClosingOptions {
  /** For engines without GC types: a Program that needs none gets a host that needs none. */
  readonly withoutGc?: boolean;
}

function needsOf({ modules, steps }: Program, { withoutGc = false }: ClosingOptions): HostNeeds {
  const callbacks = modules.flatMap(({ module }, position) => {
    const names = new Set(module.imports.filter((entry) => entry.module === HOST_MODULE).map(({ name }) => name));
    return [...names].filter(isCallback).map((name) => ({ name, module: position }));
  });
  return { callbacks, slots: slotsOf(steps).length, exceptions: modules.some(({ module }) => usesExceptions(module)), gc: !withoutGc || modules.some(({ module }) => usesGcTypes(module)) };
}

function slotsOf(steps: readonly Step[]): readonly number[] {
  const slots = steps.flatMap((step) => {
    if (step.kind === 'release') return [step.slot];
    if (step.kind === 'call') return [...(step.keep === undefined ? [] : [step.keep]), ...step.args.flatMap((argument) => (argument.kind === 'kept' ? [argument.slot] : []))];
    return 'value' in step && step.value.kind === 'kept' ? [step.value.slot] : [];
  });
  return [...new Set(slots)];
}

/** Whether a module needs exception handling; types that it only mentions count. */
export function usesExceptions(module: Module): boolean {
  const { tags, imports, functions } = module;
  if (mentionsExceptions(module)) return true;
  if (tags.length > 0 || imports.some(({ type }) => type.kind === 'tag')) return true;
  return functions.some(({ body }) => body.some(({ op }) => op === Op.try_table || op === Op.throw_ref || op === Op.throw));
}

function mentionsExceptions(module: Module): boolean {
  let found = false;
  mapTypes(module, (type) => {
    found ||= isRefType(type) && (heapTypeOf(type as ValTypeCode) === HeapType.exn || heapTypeOf(type as ValTypeCode) === HeapType.noexn);
    return type;
  });
  return found;
}

/** Modules may have names in common; whoever imports gets the first of them. Here each has its own. */
function uniqueNames(modules: readonly ProgramModule[]): readonly string[] {
  const taken = new Set([CLOSED_HOST]);
  return modules.map(({ name }, i) => {
    const unique = taken.has(name) ? `${name} ${i}` : name;
    taken.add(unique);
    return unique;
  });
}

function withClosedImports(module: Module, position: number): Module {
  const imports = module.imports.map((entry) => {
    if (entry.module !== HOST_MODULE || !Object.hasOwn(HOST_TYPES, entry.name)) return entry;
    return { ...entry, module: CLOSED_HOST, name: isCallback(entry.name) ? callbackName(entry.name, position) : entry.name };
  });
  return { ...module, imports };
}

/** A call that a closed Program can make as it is. */
function isPlain({ export: name, args, keep }: Extract<Step, { kind: 'call' }>, module: Module | undefined): boolean {
  if (module === undefined || args.length > 0 || keep !== undefined) return false;
  const extern = exportType(module, name);
  const type = extern?.kind === 'func' ? funcTypeAt(module, extern.typeIndex) : undefined;
  return type?.params.length === 0 && type.results.every((result) => result === ValType.i32 || result === ValType.i64);
}

export function closeProgram(program: Program, options: ClosingOptions = {}): ClosedProgram {
  return new Closing(program, options).close();
}

class Closing {
  readonly #program: Program;
  readonly #needs: HostNeeds;
  readonly #names: readonly string[];
  readonly #slots: readonly number[];
  readonly #modules: ProgramModule[];
  readonly #steps: Step[] = [];
  readonly #origins: (number | undefined)[] = [];
  /** For each module, position of the driver of its latest instance in the closed Program. */
  readonly #driverAt = new Map<number, number>();
  readonly #isInstantiated = new Set<number>();

  constructor(program: Program, options: ClosingOptions) {
    this.#program = program;
    this.#needs = needsOf(program, options);
    this.#names = uniqueNames(program.modules);
    this.#slots = slotsOf(program.steps);
    const host = hostModule(this.#needs);
    const bound = asksForMaxima(program.modules) ? (module: Module) => module : withMaxima;
    const modules = program.modules.map(({ module }, i) => ({ name: this.#names[i]!, module: bound(withClosedImports(module, i)) }));
    this.#modules = [{ name: CLOSED_HOST, module: host }, ...modules];
  }

  close(): ClosedProgram {
    this.#push({ kind: 'instantiate', module: 0 }, undefined);
    for (const [position, step] of this.#program.steps.entries()) this.#take(step, position);
    if (this.#usesHost()) this.#push({ kind: 'call', module: 0, export: 'trace', args: [] }, undefined);
    else this.#withoutHost();
    return { program: { ...this.#program, modules: this.#modules, steps: this.#steps }, origins: this.#origins };
  }

  #usesHost(): boolean {
    if (this.#steps.some((step) => step.kind === 'call' && step.module === 0)) return true;
    return this.#modules.some(({ module }) => module.imports.some((entry) => entry.module === CLOSED_HOST));
  }
  #withoutHost(): void {
    this.#modules.shift();
    this.#origins.shift();
    this.#steps.splice(0, this.#steps.length, ...this.#steps.slice(1).map((step): Step => ('module' in step ? { ...step, module: step.module - 1 } : step)));
  }

  #push(step: Step, origin: number | undefined): void {
    this.#steps.push(step);
    this.#origins.push(origin);
  }

  #take(step: Step, position: number): void {
    switch (step.kind) {
      case 'instantiate':
        if (step.module < this.#program.modules.length) this.#instantiate(step.module, position);
        return;
      case 'drop': {
        const driver = this.#driverAt.get(step.module);
        if (step.module >= this.#program.modules.length) return;
        this.#push({ kind: 'drop', module: step.module + 1 }, position);
        if (driver !== undefined) this.#push({ kind: 'drop', module: driver }, position);
        this.#driverAt.delete(step.module);
        this.#isInstantiated.delete(step.module);
        return;
      }
      case 'renew':
        for (const module of this.#isInstantiated) this.#take({ kind: 'drop', module }, position);
        for (const slot of this.#slots) this.#take({ kind: 'release', slot }, position);
        return;
      case 'collect':
        return this.#push({ kind: 'call', module: 0, export: 'gc', args: [] }, position);
      case 'release':
        return this.#push({ kind: 'call', module: 0, export: releaseName(this.#slots.indexOf(step.slot)), args: [] }, position);
      default: {
        if (step.kind === 'call' && isPlain(step, this.#program.modules[step.module]?.module)) {
          if (this.#isInstantiated.has(step.module)) this.#push({ ...step, module: step.module + 1 }, position);
          return;
        }
        const driver = this.#driverAt.get(step.module);
        if (driver === undefined || !this.#modules[driver]!.module.exports.some(({ name }) => name === stepExport(position))) return;
        return this.#push({ kind: 'call', module: driver, export: stepExport(position), args: [] }, position);
      }
    }
  }

  /** The instance, and one of the module that does what follows with it. */
  #instantiate(module: number, position: number): void {
    this.#push({ kind: 'instantiate', module: module + 1 }, position);
    this.#isInstantiated.add(module);
    const driver = new Driver({ target: this.#modules[module + 1]!.module, name: this.#names[module]!, slotOf: (slot) => this.#slots.indexOf(slot), gc: this.#needs.gc });
    for (const [later, step] of this.#program.steps.entries()) {
      if (later <= position) continue;
      if (step.kind === 'renew') break;
      if (!('module' in step) || step.module !== module) continue;
      if (step.kind === 'instantiate' || step.kind === 'drop') break;
      if (step.kind !== 'call' || !isPlain(step, this.#program.modules[module]!.module)) driver.add(step as DrivenStep, later);
    }
    if (this.#needs.callbacks.some((callback) => callback.module === module)) driver.registerCallbacks(module);
    this.#driverAt.delete(module);
    if (driver.isIdle) return;
    const driverPosition = this.#modules.push({ name: `gctwin:driver ${position}`, module: driver.module() }) - 1;
    this.#driverAt.set(module, driverPosition);
    this.#push({ kind: 'instantiate', module: driverPosition }, position);
  }
}
