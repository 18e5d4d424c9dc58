/**
 * Repair of constant expressions. They have no `drop` and no blocks: what the value on top needs is kept, and a value that
 * does not fit gives way to a default.
 */
import { ValidationError } from '#wasm/errors.ts';
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { mapInstruction } from '#wasm/syntax/map-indices.ts';
import type { ValType } from '#wasm/syntax/types.ts';
import type { ModuleContext } from '#wasm/valid/module-context.ts';
import { DefaultValues } from './default-values.ts';
import { RepairState } from './repair-state.ts';

export class ConstantRepair {
  readonly #context: ModuleContext;
  readonly #state: RepairState;
  readonly #values: DefaultValues;

  /** @param context of a module that is valid but for its expressions */
  constructor(context: ModuleContext) {
    this.#context = context;
    this.#state = new RepairState(context);
    this.#state.constant = true;
    this.#values = new DefaultValues(context, context.functionTypeIds.map((_, index) => index));
  }

  /** The default value of a type, or undefined if it has none. @param type canonical */
  defaultOf(type: ValType): Expr | undefined {
    return this.#values.of(type);
  }

  /**
   * @param type canonical
   * @param globals number of globals that are defined already, imports counted
   * @returns a valid expression of the type, the same when it is valid; undefined when the type has no value
   */
  repair(expr: Expr, type: ValType, globals: number): Expr | undefined {
    const state = this.#state;
    state.begin({ space: 'constant expression' }, [type]);
    state.globalsInScope = globals;
    const out: Instruction[] = [];
    /** Where the value on top begins, for each height of the stack. */
    const starts: number[] = [];
    let same = true;
    for (const instruction of expr) {
      const candidate = this.#typeable(instruction, globals);
      same &&= candidate === instruction;
      if (candidate === undefined) continue;
      const taken = state.taken(candidate).length;
      starts.length = state.operands.length - taken + 1;
      starts[starts.length - 1] ??= out.length;
      state.step(candidate);
      out.push(candidate);
    }
    const top = state.operands.at(-1);
    if (top === undefined || !this.#context.registry.matches(top, type)) return this.defaultOf(type);
    return same && state.operands.length === 1 ? expr : out.slice(starts.at(-1));
  }

  /** The instruction with indices in range; undefined when it is not valid here, or its operands are missing. */
  #typeable(instruction: Instruction, globals: number): Instruction | undefined {
    if (this.#isValid(instruction)) return instruction;
    const { typeIds, functionTypeIds } = this.#context;
    const below = (count: number) => (index: number) => (count === 0 ? 0 : index % count);
    const inRange = mapInstruction(instruction, {
      type: below(typeIds.length),
      func: below(functionTypeIds.length),
      global: below(globals),
    });
    return this.#isValid(inRange) ? inRange : undefined;
  }
  #isValid(instruction: Instruction): boolean {
    const { operands } = this.#state;
    const { registry } = this.#context;
    if ('length' in instruction && instruction.length > operands.length) return false;
    try {
      const types = this.#state.taken(instruction);
      const base = operands.length - types.length;
      return base >= 0 && types.every((type, i) => registry.matches(operands[base + i]!, type));
    } catch (error) {
      if (error instanceof ValidationError) return false;
      throw error;
    }
  }
}
