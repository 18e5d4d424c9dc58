/**
 * Validation of function bodies and constant expressions, instruction by instruction
 * (spec: Appendix / Validation Algorithm). Whoever drives it may look at the state between two steps.
 *
 *     validator.beginFunction(index, func);
 *     for (const instruction of func.body) validator.step(instruction);
 *     validator.finish();
 *
 * One validator serves all expressions of a module, one after the other. After an error the next `begin`
 * starts afresh.
 */
import type { Place } from '../errors.ts';
import type { Instruction } from '../syntax/instructions.ts';
import type { Func } from '../syntax/module.ts';
import type { ValType } from '../syntax/types.ts';
import { constantRule } from './constant-rules.ts';
import type { ModuleContext } from './module-context.ts';
import { ruleOf } from './rules.ts';
import type { ControlFrame } from './typing-state.ts';
import { TypingState } from './typing-state.ts';

export type { ControlFrame } from './typing-state.ts';

export class FunctionValidator {
  readonly context: ModuleContext;
  /** Types on the operand stack, the top last: canonical, or the bottom type when unknown. */
  readonly operands: readonly ValType[];
  /** Open blocks, the innermost last; the first one is the body. Frames are reused, see `ControlFrame`. */
  readonly controls: readonly ControlFrame[];
  /** Canonical types of parameters and locals. */
  readonly locals: readonly ValType[];
  readonly #state: TypingState;
  #constant = false;

  constructor(context: ModuleContext) {
    this.context = context;
    this.#state = new TypingState(context);
    this.operands = this.#state.operands;
    this.controls = this.#state.controls;
    this.locals = this.#state.locals;
  }

  /**
   * Starts the body of a function.
   * @param index of the function, imports counted
   * @throws ValidationError when a local has an unknown type
   */
  beginFunction(index: number, func: Func): void {
    const state = this.#state;
    const { params, results } = state.context.functionType(index);
    state.begin({ space: 'function', index }, results);
    for (const type of params) state.addParameter(type);
    for (const type of func.locals) state.addLocal(type);
    state.globalsInScope = state.context.globals.length;
    this.#constant = false;
  }

  /**
   * Starts a constant expression.
   * @param place where errors are said to be
   * @param resultType canonical
   * @param globalsInScope number of globals that are defined already, imports counted
   */
  beginConstant(place: Place, resultType: ValType, globalsInScope: number): void {
    const state = this.#state;
    state.begin(place, state.valueSignature(resultType).results);
    state.globalsInScope = globalsInScope;
    this.#constant = true;
  }

  /**
   * Checks the next instruction and updates the state.
   * @throws ValidationError
   */
  step(instruction: Instruction): void {
    const state = this.#state;
    state.instruction++;
    state.untouched = state.operands.length;
    if (this.#constant) constantRule(state, instruction);
    ruleOf(instruction.op)(state, instruction);
  }

  /** Height below which the last step left every operand as it was. */
  get untouched(): number {
    return this.#state.untouched;
  }

  /**
   * The end of the body or constant expression, whose `end` is not an instruction of ours.
   * @throws ValidationError
   */
  finish(): void {
    const state = this.#state;
    state.instruction++;
    if (state.controls.length !== 1) throw state.error('a block is not closed');
    state.popFrame();
  }

  /**
   * Types that a branch to a label takes along; 0 is the innermost label.
   * @throws ValidationError when there is no such label
   */
  labelTypes(depth: number): readonly ValType[] {
    return this.#state.labelTypes(depth);
  }
}
